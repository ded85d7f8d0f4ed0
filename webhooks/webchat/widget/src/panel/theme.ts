/** Colours that follow from the owner's one colour, in light and in dark. */

import { css, DEFAULT_COLOR, inkOn, parseColor, type Rgb, readable } from "../shared/color";

const LIGHT: Rgb = [255, 255, 255];
const DARK: Rgb = [23, 28, 35];

export function paint(color: string): void {
  const accent = parseColor(color) ?? (parseColor(DEFAULT_COLOR) as Rgb);
  const style = document.documentElement.style;
  style.setProperty("--accent", css(accent));
  style.setProperty("--accent-ink", css(inkOn(accent)));
  style.setProperty("--accent-on-light", css(readable(accent, LIGHT, 5)));
  style.setProperty("--accent-on-dark", css(readable(accent, DARK, 5)));
}
