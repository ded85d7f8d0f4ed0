/** Build elements without ever parsing HTML. */

type Attributes = Record<string, string>;

export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** Return a 24 × 24 icon of filled paths; readers pass over it. */
export function icon(...paths: string[]): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" })) {
    svg.setAttribute(key, value);
  }
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export const CHAT_ICON =
  "M12 3C6.5 3 2 6.7 2 11.2c0 2.5 1.4 4.8 3.6 6.3-.1 1-.5 2.1-1.4 3.1-.2.3 0 .7.4.6 2.2-.2 3.9-1.1 5-2 .8.1 1.6.2 2.4.2 5.500 0 10-3.700 10-8.200S17.500 3 12 3zm-4.300 9.500a1.300 1.300 0 1 1 0-2.600 1.300 1.300 0 0 1 0 2.600zm4.300 0a1.300 1.300 0 1 1 0-2.600 1.300 1.300 0 0 1 0 2.600zm4.300 0a1.300 1.300 0 1 1 0-2.600 1.300 1.300 0 0 1 0 2.600z";
export const CLOSE_ICON =
  "M18.300 5.700a1 1 0 0 0-1.400 0L12 10.600 7.100 5.700a1 1 0 1 0-1.400 1.400l4.900 4.900-4.900 4.900a1 1 0 1 0 1.400 1.400l4.900-4.900 4.900 4.900a1 1 0 0 0 1.400-1.400L13.400 12l4.900-4.900a1 1 0 0 0 0-1.400z";
export const PHONE_ICON =
  "M6.600 10.800a15.200 15.200 0 0 0 6.600 6.600l2.200-2.200c.3-.3.7-.4 1-.2 1.200.4 2.400.6 3.600.6.600 0 1 .4 1 1V20c0 .6-.4 1-1 1A17 17 0 0 1 3 4c0-.6.4-1 1-1h3.500c.6 0 1 .4 1 1 0 1.300.2 2.500.6 3.600.1.4 0 .7-.2 1l-2.300 2.200z";
