import type { Tint } from './palette'

/** From this chroma (OKLCH) on, a part counts as fully coloured. */
const COLOURED = 0.1
/** How far dull parts of middling lightness are tinted; black and white stay as they are. */
const DULL = 0.7
/** How far the lightness of coloured parts moves to the tint's own. */
const DRAWN = 0.55

/**
 * A drawing in another colour: hues become the tint's, shading stays, and so do black and white. Works in OKLCH (Ottosson 2020).
 * RGBA u8, straight alpha, → a new array of the same size.
 */
export function recolour(rgba: Uint8Array, tint: Tint): Uint8Array {
  const out = new Uint8Array(rgba.length)
  const angle = ((tint.hue ?? 0) * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba[at + 3] as number
    out[at + 3] = alpha
    if (alpha === 0) continue
    const [l, a, b] = toOklab(rgba[at] as number, rgba[at + 1] as number, rgba[at + 2] as number)
    const chroma = Math.hypot(a, b)
    const share = Math.max(Math.min(1, chroma / COLOURED), DULL * bump(l))
    const lightness = tint.hue === undefined ? l : l + DRAWN * share * (tint.lightness - l)
    const wanted = tint.hue === undefined ? 0 : Math.max(Math.min(chroma, tint.chroma * 1.15), tint.chroma * share)
    writeInGamut(out, at, lightness, wanted, cos, sin)
  }
  return out
}

/** sRGB 0 … 255 → OKLab. */
export function toOklab(red: number, green: number, blue: number): [number, number, number] {
  const [r, g, b] = [LINEAR[red] as number, LINEAR[green] as number, LINEAR[blue] as number]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** sRGB's transfer curve, by byte. */
const LINEAR = Float64Array.from({ length: 256 }, (_, i) => {
  const c = i / 255
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
})

/** Writes the colour, with as much of the chroma as sRGB can show at that lightness (by quarters). */
function writeInGamut(out: Uint8Array, at: number, lightness: number, chroma: number, cos: number, sin: number): void {
  for (let part = 4; part >= 0; part--) {
    const [r, g, b] = toLinear(lightness, (chroma * cos * part) / 4, (chroma * sin * part) / 4)
    const inside = Math.min(r, g, b) > -0.02 && Math.max(r, g, b) < 1.05
    if (!inside && part > 0) continue
    out[at] = toByte(r)
    out[at + 1] = toByte(g)
    out[at + 2] = toByte(b)
    return
  }
}

/** OKLab → linear sRGB. */
function toLinear(lightness: number, a: number, b: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

function toByte(linear: number): number {
  const c = Math.max(0, Math.min(1, linear))
  return Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055))
}

/** 0 for black and white, 1 for middling lightness. */
function bump(lightness: number): number {
  const rise = (low: number, high: number): number => Math.max(0, Math.min(1, (lightness - low) / (high - low)))
  return rise(0.3, 0.5) * (1 - rise(0.88, 0.99))
}
