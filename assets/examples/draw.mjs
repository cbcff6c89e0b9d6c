// node assets/examples/draw.mjs: draws the example data set: twelve pictures of Pimlo, a made-up creature, each with its caption.
// Everything is drawn here, from shapes and numbers.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

const SIDE = 256
const folder = join(import.meta.dirname, 'pimlo')

const ink = '#23414a'
const colours = {
  body: '#35b5a6',
  shade: '#2a978c',
  belly: '#d6f3e4',
  scarf: '#ffc83d',
  stripe: '#f0902b',
  boot: '#e2504c',
  leaf: '#7cc144',
  stem: '#5a9a36',
  cheek: '#ff9a8d',
  beak: '#ff9e3d',
}

const group = (transform, ...parts) => `<g transform="${transform}">${parts.join('')}</g>`
const line = (d, width = 5, colour = ink) =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`

const eye = {
  open: (x, look = 0) =>
    `<ellipse cx="${x}" cy="-14" rx="13" ry="16" fill="#fff"/><circle cx="${x + 3 * look}" cy="-12" r="7.5" fill="${ink}"/><circle cx="${x + 3 * look + 3}" cy="-16" r="2.6" fill="#fff"/>`,
  happy: (x) => line(`M${x - 11} -11 Q${x} -25 ${x + 11} -11`),
  shut: (x) => line(`M${x - 11} -14 Q${x} -4 ${x + 11} -14`),
}
const mouth = {
  smile: line('M-9 14 Q0 23 9 14', 4),
  laugh: `<path d="M-13 12 Q0 36 13 12 Z" fill="${ink}"/><path d="M-6 23 Q0 17 6 23 Q0 29 -6 23" fill="${colours.cheek}"/>`,
  oh: `<ellipse cx="0" cy="19" rx="5.5" ry="7" fill="${ink}"/>`,
}

/** A leg with its boot; `swing` turns it about the hip. */
const leg = (x, swing, lift = 0) =>
  group(
    `translate(${x} ${48 - lift}) rotate(${swing})`,
    line('M0 0 L0 22', 9, colours.shade),
    `<path d="M-9 20 h16 q12 2 12 14 h-28 z" fill="${colours.boot}"/><rect x="-10" y="18" width="18" height="7" rx="3.5" fill="#c63f3d"/>`,
  )
/** An arm from the shoulder; 0 hangs down, 180 points up. */
const arm = (side, angle) =>
  group(
    `translate(${side * 50} 10) rotate(${-side * angle})`,
    `<path d="M-8 -4 Q-11 34 0 40 Q11 34 8 -4 Z" fill="${colours.shade}"/>`,
  )

/** Pimlo about the middle of the body. */
function pimlo({
  eyes = ['open', 'open'],
  look = 0,
  says = 'smile',
  arms = [25, 25],
  legs = [0, 0],
  lift = [0, 0],
  held = '',
  behind = '',
}) {
  const sprout = [
    line('M0 -62 Q-2 -76 2 -84', 5, colours.stem),
    `<path d="M2 -84 Q-26 -104 -32 -80 Q-16 -72 2 -84" fill="${colours.leaf}"/>`,
    `<path d="M2 -84 Q22 -108 34 -88 Q20 -74 2 -84" fill="#93d35b"/>`,
  ]
  const body = `<path d="M0 -66 C44 -66 60 -30 60 4 C60 42 34 58 0 58 C-34 58 -60 42 -60 4 C-60 -30 -44 -66 0 -66 Z" fill="${colours.body}"/><ellipse cx="0" cy="36" rx="33" ry="20" fill="${colours.belly}"/>`
  const scarf = [
    `<path d="M-50 22 Q0 44 50 22 L53 34 Q0 58 -53 34 Z" fill="${colours.scarf}"/>`,
    ...[-30, -4, 22].map((x) => `<path d="M${x} ${36 - Math.abs(x) / 7} l9 0 l-2 12 l-9 0 z" fill="${colours.stripe}"/>`),
    `<path d="M30 34 l16 -4 l6 32 l-16 4 z" fill="${colours.scarf}"/><path d="M33 48 l16 -4 l1.6 8 l-16 4 z" fill="${colours.stripe}"/>`,
  ]
  const face = [
    eye[eyes[0]](-22, look),
    eye[eyes[1]](22, look),
    `<path d="M-7 3 Q0 -3 7 3 Q0 12 -7 3" fill="${colours.beak}"/>`,
    mouth[says],
    ...[-40, 40].map((x) => `<ellipse cx="${x}" cy="6" rx="8" ry="5.5" fill="${colours.cheek}" opacity="0.8"/>`),
  ]
  return [
    behind,
    leg(-22, legs[0], lift[0]),
    leg(16, legs[1], lift[1]),
    arm(-1, arms[0]),
    ...sprout,
    body,
    ...face,
    ...scarf,
    arm(1, arms[1]),
    held,
  ].join('')
}

const shadow = (y, width = 60) => `<ellipse cx="128" cy="${y}" rx="${width}" ry="9" fill="${ink}" opacity="0.14"/>`
const heart = (x, y, s) =>
  group(`translate(${x} ${y}) scale(${s})`, '<path d="M0 8 C-16 -6 -8 -18 0 -9 C8 -18 16 -6 0 8" fill="#ef5f6b"/>')
const star = (x, y, s) =>
  group(
    `translate(${x} ${y}) scale(${s})`,
    '<path d="M0 -10 L3 -3 L10 -3 L4.5 1.5 L6.5 9 L0 4.5 L-6.5 9 L-4.5 1.5 L-10 -3 L-3 -3 Z" fill="#ffe27a"/>',
  )

/** Name, caption, background, what stands around, where Pimlo is, and how. */
const pictures = [
  {
    name: 'standing',
    caption: 'a flat icon of pimlo on light blue',
    back: '#bfe3f7',
    at: 'translate(128 136)',
    pose: {},
    around: shadow(222),
  },
  {
    name: 'waving',
    caption: 'pimlo waving hello, flat, on yellow',
    back: '#ffe9a8',
    at: 'translate(128 136) rotate(-5)',
    pose: { eyes: ['happy', 'happy'], says: 'laugh', arms: [25, 155] },
    around: shadow(222),
  },
  {
    name: 'jumping',
    caption: 'pimlo jumping for joy, flat, on pink',
    back: '#ffd3dc',
    at: 'translate(128 112)',
    pose: { says: 'laugh', arms: [140, 140], legs: [38, -38], lift: [6, 6] },
    around: `${shadow(228, 42)}${star(46, 70, 1.3)}${star(212, 60, 1.6)}${star(200, 190, 1.1)}`,
  },
  {
    name: 'sleeping',
    caption: 'pimlo asleep under the moon, flat, on dark blue',
    back: '#34487c',
    at: 'translate(128 150) rotate(-14)',
    pose: { eyes: ['shut', 'shut'], says: 'oh', arms: [10, 10], lift: [10, 10] },
    around: `<circle cx="206" cy="52" r="26" fill="#fff1c2"/><circle cx="217" cy="45" r="23" fill="#34487c"/>${star(48, 50, 1)}${star(96, 28, 0.8)}${star(160, 40, 0.7)}`,
  },
  {
    name: 'balloon',
    caption: 'pimlo holding a red balloon, flat, on light blue',
    back: '#cdeafc',
    at: 'translate(112 146) scale(0.92)',
    pose: {
      look: 1,
      arms: [20, 150],
      held: `${line('M68 -26 Q86 -66 78 -88', 3)}<ellipse cx="78" cy="-110" rx="24" ry="29" fill="#e2504c"/><ellipse cx="70" cy="-120" rx="6" ry="9" fill="#fff" opacity="0.5"/>`,
    },
    around: shadow(224, 56),
  },
  {
    name: 'umbrella',
    caption: 'pimlo under a purple umbrella in the rain, flat, on grey',
    back: '#cfd6dd',
    at: 'translate(124 156) scale(0.86)',
    pose: {
      arms: [20, 150],
      behind: `${line('M66 -24 L60 -112', 5, '#6b5b52')}<path d="M-30 -104 Q60 -190 150 -104 Q127 -116 105 -104 Q82 -116 60 -104 Q38 -116 15 -104 Q-8 -116 -30 -104" fill="#8a63c9"/>`,
    },
    around:
      [
        [30, 60],
        [24, 130],
        [52, 200],
        [232, 150],
        [216, 212],
        [40, 30],
      ]
        .map(([x, y]) => line(`M${x} ${y} l-4 14`, 4, '#6ea9d8'))
        .join('') + shadow(226, 52),
  },
  {
    name: 'reading',
    caption: 'pimlo reading a book, flat, on light green',
    back: '#d3efd0',
    at: 'translate(128 140)',
    pose: {
      eyes: ['shut', 'shut'],
      arms: [60, 60],
      lift: [8, 8],
      legs: [60, -60],
      held: '<path d="M-36 34 Q-16 24 0 36 Q16 24 36 34 L36 66 Q16 56 0 68 Q-16 56 -36 66 Z" fill="#4b73c4"/><path d="M-31 34 Q-14 27 0 38 Q14 27 31 34 L31 60 Q14 53 0 64 Q-14 53 -31 60 Z" fill="#fff"/><path d="M0 38 L0 64" stroke="#c8d2e4" stroke-width="2"/>',
    },
    around: shadow(216, 72),
  },
  {
    name: 'skating',
    caption: 'pimlo on a skateboard, flat, on orange',
    back: '#ffcf9e',
    at: 'translate(126 126) rotate(9)',
    pose: {
      look: 1,
      says: 'laugh',
      arms: [95, 80],
      legs: [16, -16],
      behind:
        '<path d="M-66 84 q-12 0 -14 -10 M66 84 q12 0 14 -10" stroke="#5a4c8f" stroke-width="9" fill="none" stroke-linecap="round"/><rect x="-68" y="80" width="136" height="10" rx="5" fill="#5a4c8f"/><circle cx="-42" cy="97" r="9" fill="#fff" stroke="#23414a" stroke-width="4"/><circle cx="42" cy="97" r="9" fill="#fff" stroke="#23414a" stroke-width="4"/>',
    },
    around: [70, 110, 150].map((y, i) => line(`M${16 + 8 * i} ${y} h${30 - 6 * i}`, 5, '#fff')).join(''),
  },
  {
    name: 'winking',
    caption: 'pimlo winking with a cup of cocoa, flat, on cream',
    back: '#fdf3dc',
    at: 'translate(128 136) rotate(4)',
    pose: {
      eyes: ['open', 'happy'],
      arms: [25, 75],
      held: '<path d="M44 22 h34 l-4 34 h-26 z" fill="#fff"/><path d="M77 28 q14 2 10 14 q-4 8 -13 6" fill="none" stroke="#fff" stroke-width="5"/><ellipse cx="61" cy="23" rx="17" ry="5" fill="#8a5a3b"/>',
    },
    around: `${shadow(222)}${line('M190 128 q-8 -12 0 -22 q8 -10 0 -20', 4, '#d8c7a4')}`,
  },
  {
    name: 'walking',
    caption: 'pimlo going for a walk, flat, on mint',
    back: '#c9f0e3',
    at: 'translate(130 134) rotate(-3)',
    pose: { look: -1, arms: [50, 10], legs: [30, -28], lift: [2, 0] },
    around: `<rect x="0" y="214" width="256" height="42" fill="#9bd7a6"/>${shadow(220)}${[36, 214].map((x) => `${line(`M${x} 220 v-18`, 4, colours.stem)}<circle cx="${x}" cy="198" r="9" fill="#ff8fa8"/><circle cx="${x}" cy="198" r="4" fill="#ffe27a"/>`).join('')}`,
  },
  {
    name: 'in-love',
    caption: 'pimlo hugging a heart, flat, on purple',
    back: '#ddd0f5',
    at: 'translate(128 138)',
    pose: { eyes: ['happy', 'happy'], arms: [65, 65], held: heart(0, 46, 3) },
    around: `${shadow(224)}${heart(44, 60, 1)}${heart(208, 84, 1.3)}${heart(64, 172, 0.8)}`,
  },
  {
    name: 'diving',
    caption: 'pimlo swimming with goggles, flat, on blue',
    back: '#5fb4e6',
    at: 'translate(128 130) rotate(24)',
    pose: {
      arms: [120, 120],
      legs: [30, -20],
      says: 'oh',
      held: `<rect x="-46" y="-34" width="92" height="38" rx="19" fill="none" stroke="#f4d23c" stroke-width="7"/>`,
    },
    around: [
      [42, 60, 9],
      [56, 36, 6],
      [206, 66, 8],
      [214, 190, 11],
      [36, 200, 7],
    ]
      .map(([x, y, r]) => `<circle cx="${x}" cy="${y}" r="${r}" fill="none" stroke="#fff" stroke-width="3" opacity="0.8"/>`)
      .join(''),
  },
]

await mkdir(folder, { recursive: true })
for (const { name, caption, back, at, pose, around } of pictures) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}"><rect width="100%" height="100%" fill="${back}"/>${around}${group(at, pimlo(pose))}</svg>`
  await writeFile(
    join(folder, `${name}.png`),
    await sharp(Buffer.from(svg)).removeAlpha().png({ compressionLevel: 9, palette: true, colours: 128, dither: 0 }).toBuffer(),
  )
  await writeFile(join(folder, `${name}.txt`), `${caption}\n`)
}
const sheet = await Promise.all(
  pictures.map(async ({ name }, i) => ({
    input: await sharp(join(folder, `${name}.png`))
      .resize(192)
      .toBuffer(),
    left: (i % 6) * 192,
    top: Math.floor(i / 6) * 192,
  })),
)
await writeFile(
  process.argv[2] ?? join(import.meta.dirname, 'pimlo-sheet.png'),
  await sharp({ create: { width: 1152, height: 384, channels: 3, background: '#fff' } })
    .composite(sheet)
    .png({ palette: true, colours: 192 })
    .toBuffer(),
)
