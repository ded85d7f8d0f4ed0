/** Colours that stay readable whatever the owner of a site chooses (WCAG 2.2: 4.5:1 for text, 3:1 for controls). */

export type Rgb = readonly [number, number, number];

export const DEFAULT_COLOR = "#a8201a";
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** Return the channels of #rgb or #rrggbb, undefined for anything else. */
export function parseColor(value: string): Rgb | undefined {
  const digits = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(value.trim())?.[1];
  if (digits === undefined) return undefined;
  const whole = digits.length === 3 ? digits.replace(/./g, "$&$&") : digits;
  const number = Number.parseInt(whole, 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

export function css([red, green, blue]: Rgb): string {
  return `rgb(${red},${green},${blue})`;
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Return the contrast of two colours, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Return white or black, whichever reads better; on any colour one of them has at least 4.58:1. */
export function inkOn(color: Rgb): Rgb {
  return contrast(color, WHITE) >= 4.5 || contrast(color, WHITE) >= contrast(color, BLACK) ? WHITE : BLACK;
}

/** Return `color`, moved towards black or white until it reads on `ground`. */
export function readable(color: Rgb, ground: Rgb, ratio = 4.5): Rgb {
  const towards = luminance(ground) > 0.18 ? 0 : 255;
  let shade = color;
  for (let step = 0; contrast(shade, ground) < ratio && step < 40; step += 1) {
    shade = shade.map((channel) => Math.round(channel + (towards - channel) * 0.08)) as unknown as Rgb;
  }
  return contrast(shade, ground) < ratio ? (towards === 0 ? BLACK : WHITE) : shade;
}
