// node assets/icons/draw.mjs: draws the studio's icon, in every size and format that the systems want.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'

const here = import.meta.dirname
const SIDE = 1024

/** Sizes of the PNG files, for Linux. */
const PNGS = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
const ICO = [16, 24, 32, 48, 64, 128, 256]
/** Apple's names of the sizes that hold a PNG. */
const ICNS = { ic04: 16, ic05: 32, ic07: 128, ic08: 256, ic09: 512, ic10: 1024, ic11: 32, ic12: 64, ic13: 256, ic14: 512 }

/** Below this size the noise would be mud: fewer and larger grains. */
const SMALL = 40

/** A whole number below 2³² from two others, always the same (Wang's hash). */
function hash(/** @type {number} */ x, /** @type {number} */ y) {
  let h = (x * 73_856_093) ^ (y * 19_349_663)
  h = Math.imul(h ^ 61 ^ (h >>> 16), 9)
  h = Math.imul(h ^ (h >>> 4), 668_265_261)
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32
}

/**
 * A disc that comes out of noise: at the right it is whole, towards the left it falls apart into grains that drift away.
 * @param {boolean} small
 */
function drawing(small) {
  const grain = small ? 128 : 64
  const [cx, cy, radius] = [560, 512, small ? 300 : 288]
  const whole = small ? 512 : 448
  const grains = []
  for (let y = 0; y < SIDE; y += grain) {
    for (let x = 0; x < whole; x += grain) {
      const [mx, my] = [x + grain / 2, y + grain / 2]
      const far = (whole - mx) / whole
      const inside = Math.hypot(mx - cx, my - cy) < radius - grain * 0.3
      const drifted = Math.abs(my - cy) < radius * (1.06 - 0.5 * far) && mx > 120
      if (!(inside || drifted) || hash(x, y) < far * 1.3 - (inside ? 0.3 : -0.1)) continue
      const size = grain * (inside ? 0.94 - 0.3 * far : 0.45 + 0.25 * hash(y, x))
      const shift = (grain - size) / 2
      grains.push(
        `<rect x="${x + shift}" y="${y + shift}" width="${size}" height="${size}" rx="${small ? 12 : 7}" opacity="${(1 - 0.65 * far).toFixed(2)}"/>`,
      )
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}" width="${SIDE}" height="${SIDE}">
  <defs>
    <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2b2d3f"/><stop offset="1" stop-color="#14151d"/></linearGradient>
    <linearGradient id="disc" gradientUnits="userSpaceOnUse" x1="160" y1="240" x2="850" y2="800">
      <stop offset="0" stop-color="#5f6cf0"/><stop offset="0.55" stop-color="#a78bfa"/><stop offset="1" stop-color="#ffb38a"/>
    </linearGradient>
    <clipPath id="right"><rect x="${whole}" y="0" width="${SIDE}" height="${SIDE}"/></clipPath>
  </defs>
  <rect x="40" y="40" width="944" height="944" rx="212" fill="url(#ground)"/>
  <g fill="url(#disc)">
    <circle cx="${cx}" cy="${cy}" r="${radius}" clip-path="url(#right)"/>
    ${grains.join('\n    ')}
  </g>
</svg>
`
}

const pictures = { small: drawing(true), large: drawing(false) }

/** @param {number} side */
const png = (side) =>
  sharp(Buffer.from(side < SMALL ? pictures.small : pictures.large), { density: 72 })
    .resize(side, side)
    .png({ compressionLevel: 9 })
    .toBuffer()

/** Windows: a directory of PNG files. @param {Map<number, Buffer>} pngs */
function ico(pngs) {
  const head = Buffer.alloc(6 + 16 * ICO.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(ICO.length, 4)
  let offset = head.length
  ICO.forEach((side, i) => {
    const at = 6 + 16 * i
    const { length } = bytesOf(pngs, side)
    head.writeUInt8(side % 256, at)
    head.writeUInt8(side % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += length
  })
  return Buffer.concat([head, ...ICO.map((side) => bytesOf(pngs, side))])
}

/** macOS: named chunks of PNG files. @param {Map<number, Buffer>} pngs */
function icns(pngs) {
  const chunks = Object.entries(ICNS).map(([name, side]) => chunk(name, bytesOf(pngs, side)))
  return chunk('icns', Buffer.concat(chunks))
}

/** @param {string} name @param {Buffer} bytes */
function chunk(name, bytes) {
  const head = Buffer.alloc(8)
  head.write(name, 'latin1')
  head.writeUInt32BE(bytes.length + 8, 4)
  return Buffer.concat([head, bytes])
}

/** @param {Map<number, Buffer>} pngs @param {number} side */
function bytesOf(pngs, side) {
  const bytes = pngs.get(side)
  if (bytes === undefined) throw new Error(`no icon of ${side} pixels was drawn`)
  return bytes
}

const pngs = new Map()
for (const side of PNGS) pngs.set(side, await png(side))
writeFileSync(join(here, 'icon.svg'), pictures.large)
for (const [side, bytes] of pngs) writeFileSync(join(here, `${side}x${side}.png`), bytes)
writeFileSync(join(here, 'icon.ico'), ico(pngs))
writeFileSync(join(here, 'icon.icns'), icns(pngs))
