import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { DataSettings } from '#shared/schema/dataset'
import { drawing, writeOddPictures } from '../../../../test/support/odd-pictures'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { codec } from '../../images/codec'
import { examineFolder } from './dataset'
import { DiskCache } from './disk-cache'
import { examine } from './examine'
import { areAlike, nearDuplicates } from './likeness'

const root = temporaryFolder()
const sharp = await codec()
const at = (...parts: string[]): string => join(root, ...parts)
const model = { rule: { factor: 16, minSide: 32, maxSide: 256, maxArea: 128 * 128, upscale: false }, nativeSide: 128 }

describe('pictures of every kind', () => {
  it('are read upright, in colour, over the background, the first of several', async () => {
    mkdirSync(at('odd'))
    for (const [name, pages] of await writeOddPictures(sharp, at('odd'))) {
      const facts = await examine(at('odd', name), '#ffffff')
      expect([name, facts.width, facts.height, facts.pages]).toEqual([name, 80, 48, pages])
    }
    const [white, black] = [await examine(at('odd', 'clear.png'), '#ffffff'), await examine(at('odd', 'clear.png'), '#000000')]
    expect(white.likeness.colours).not.toBe(black.likeness.colours)
  })

  it('are read from HEIF with AV1, whatever the ending; HEIC is named with what to do', async () => {
    const avif = await sharp(drawing(80, 48)).avif().toBuffer()
    writeFileSync(at('photo.heif'), avif)
    expect(await examine(at('photo.heif'), '#ffffff')).toMatchObject({ width: 80, height: 48 })
    // The same container with HEVC inside: brands, and the kind of its item and of its decoder settings.
    const renamed = { avif: 'heic', av01: 'hvc1', av1C: 'hvcC', MA1B: 'heix' }
    let text = avif.toString('latin1')
    for (const [from, to] of Object.entries(renamed)) text = text.replaceAll(from, to)
    writeFileSync(at('photo.heic'), Buffer.from(text, 'latin1'))
    await expect(examine(at('photo.heic'), '#ffffff')).rejects.toThrow(/photo.heic is a HEIC picture/)
    await expect(examine(at('photo.heic'), '#ffffff')).rejects.toMatchObject({
      remedy: expect.stringContaining('JPEG') as string,
    })
  })
})

describe('looking', () => {
  const save = async (name: string, picture: ReturnType<typeof sharp>): Promise<string> => {
    writeFileSync(at(name), await picture.toBuffer())
    return at(name)
  }

  it('tells blurred pictures from sharp ones, drawings and noise alike', async () => {
    const shown = sharp(drawing(300, 300)).removeAlpha()
    const grain = Uint8Array.from({ length: 30 * 30 * 3 }, (_, i) => ((i + 7) ** 3 * 2654435761) % 256)
    const coarse = sharp(grain, { raw: { width: 30, height: 30, channels: 3 } }).resize(300, 300, { kernel: 'nearest' })
    const noise = sharp(await coarse.png().toBuffer())
    for (const [name, picture] of [
      ['drawing', shown],
      ['noise', noise],
    ] as const) {
      const clear = await examine(await save(`${name}.png`, picture.clone().png()), '#ffffff')
      const soft = await examine(await save(`${name}-soft.png`, picture.clone().blur(5).png()), '#ffffff')
      expect(clear.blur, name).toBeLessThan(0.5)
      expect(soft.blur, name).toBeGreaterThan(0.65)
    }
  })

  it('knows a picture again that was resized and compressed, and no other', async () => {
    const shown = sharp(drawing(300, 200)).removeAlpha()
    const likeness = async (name: string, picture: ReturnType<typeof sharp>) =>
      (await examine(await save(name, picture), '#ffffff')).likeness
    const original = await likeness('1.png', shown.clone().png())
    const copy = await likeness('2.jpg', shown.clone().resize(211, 141).jpeg({ quality: 40 }))
    const moved = await likeness('3.png', sharp(drawing(300, 200, { shift: 30 })).png())
    const recoloured = await likeness('4.png', sharp(drawing(300, 200, { fill: '#2040c0' })).png())
    expect(areAlike(original, copy)).toBe(true)
    expect(areAlike(original, moved)).toBe(false)
    expect(areAlike(original, recoloured)).toBe(false)
    expect([...nearDuplicates([moved, original, recoloured, copy, original])]).toEqual([
      [3, 1],
      [4, 1],
    ])
  })
})

describe('a folder', () => {
  const settings = DataSettings.parse({
    trigger: 'zorrito',
    edits: { 'b.png': { caption: 'edited' }, 'out.png': { excluded: true } },
  })
  const cache = new DiskCache(at('cache'))
  const look = (given: Partial<Parameters<typeof examineFolder>[1]> = {}) =>
    examineFolder(at('set'), { settings, model, batch: 1, cache, ...given })

  beforeAll(async () => {
    mkdirSync(at('set', '5_fox'), { recursive: true })
    const put = async (name: string, width: number, height: number, shift: number) =>
      writeFileSync(
        at('set', name),
        await sharp(drawing(width, height, { shift }))
          .png()
          .toBuffer(),
      )
    await put('a.png', 200, 200, 0)
    await put('b.png', 300, 150, 40)
    await put('5_fox/IMG_1.png', 40, 40, 90)
    await put('tiny.png', 20, 300, 10)
    await put('out.png', 100, 100, 20)
    copyFileSync(at('set', 'a.png'), at('set', 'z.png'))
    writeFileSync(at('set', 'a.txt'), 'a fox, in the snow')
    writeFileSync(at('set', 'broken.png'), 'no picture')
  })

  it('is reported picture by picture, what cannot be used by name', async () => {
    const report = await look({ model: { ...model, cutWords: (caption) => caption.split(' ').slice(3) } })
    expect(
      report.pictures.map(({ file, caption, captionFrom, repeats, bucket }) => [
        file,
        caption,
        captionFrom,
        repeats,
        bucket.width,
        bucket.height,
      ]),
    ).toEqual([
      ['5_fox/IMG_1.png', 'zorrito, fox', 'folder-name', 5, 32, 32],
      ['a.png', 'zorrito, a fox, in the snow', 'text-file', 1, 128, 128],
      ['b.png', 'zorrito, edited', 'edit', 1, 176, 80],
      ['z.png', 'zorrito, z', 'file-name', 1, 128, 128],
    ])
    expect(report.pictures[2]?.crop).toEqual({ left: 0, top: 7, width: 300, height: 136 })
    expect(report.skipped.map(({ file, problem }) => [file, problem.kind])).toEqual([
      ['broken.png', 'unreadable'],
      ['tiny.png', 'too-small'],
    ])
    expect(report.skipped[0]?.problem.reason).toMatch(/broken\.png cannot be read as a picture/)
    const problems = Object.fromEntries(report.pictures.map(({ file, problems }) => [file, problems.map(({ kind }) => kind)]))
    expect(problems).toEqual({ '5_fox/IMG_1.png': ['small'], 'a.png': ['tokens-cut'], 'b.png': [], 'z.png': ['near-duplicate'] })
    expect(report.pictures[1]?.problems[0]?.words).toEqual(['in', 'the', 'snow'])
    expect(report.counts).toEqual({
      pictures: 4,
      samples: 8,
      heldOut: 0,
      skipped: 2,
      missingCaptions: 0,
      cutCaptions: 1,
      nearDuplicates: 1,
      small: 1,
      blurred: 0,
    })
    expect(report.buckets).toEqual([
      { width: 32, height: 32, pictures: 1, samples: 5 },
      { width: 128, height: 128, pictures: 2, samples: 2 },
      { width: 176, height: 80, pictures: 1, samples: 1 },
    ])
  })

  it('holds pictures out by content, and lets small ones in when asked', async () => {
    const report = await look({
      settings: { ...settings, holdOut: 0.3, upscale: true },
      model: { ...model, rule: { ...model.rule, upscale: true } },
    })
    expect(report.counts).toMatchObject({ pictures: 5, heldOut: 2, skipped: 1 })
    expect(report.buckets.reduce((sum, { pictures }) => sum + pictures, 0)).toBe(3)
  })

  it('needs classes for a model of classes', async () => {
    const report = await look({ model: { ...model, classes: ['volcano', 'red fox, fox'] } })
    expect(report.pictures.map(({ file, classId }) => [file, classId])).toEqual([['5_fox/IMG_1.png', 1]])
    expect(report.skipped.filter(({ problem }) => problem.kind === 'no-class')).toHaveLength(3)
  })

  it('is not opened again while its contents stay: a replaced file alone is', async () => {
    const before = await look()
    const kept = readdirSync(at('cache'), { recursive: true }).length
    await look()
    expect(readdirSync(at('cache'), { recursive: true })).toHaveLength(kept)
    writeFileSync(at('set', 'b.png'), await sharp(drawing(160, 160)).png().toBuffer())
    const after = await look()
    expect(
      after.pictures.map(({ content }) => content).filter((content, i) => content !== before.pictures[i]?.content),
    ).toHaveLength(1)
    expect(after.pictures[2]?.bucket).toEqual({ width: 128, height: 128 })
  })
})
