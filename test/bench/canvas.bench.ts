import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Page } from '@playwright/test'
import { GenerationId, JobId } from '../../shared/schema/id'
import type { Recipe } from '../../shared/schema/recipe'
import { colourFields } from '../../src-main/engine/jobs/generate/colour-fields'
import { encodeWithRecipe } from '../../src-main/engine/images/recipe-in-png'
import { Library } from '../../src-main/library/library'
import { newId } from '../../src-main/library/new-id'
import { keeps, record, type Figure } from '../support/figures'
import { launch, type Studio } from '../support/launch'
import { temporaryFolder } from '../support/temporary-folder'

// A window needs a screen: `xvfb-run -a npm run bench canvas` where there is none.
const hasScreen = process.platform !== 'linux' || process.env['DISPLAY'] !== undefined
const figures: Figure[] = []
afterAll(() => record('canvas', figures))

const SIDE = 512
const COLUMNS = 20

/** A data folder whose canvas holds `count` pictures. */
function homeWith(count: number): string {
  const home = join(temporaryFolder(), `home${count}`)
  const library = Library.open(home, 'the bench')
  const recipe: Recipe = {
    version: 1,
    model: { name: 'starter', sha256: 'a'.repeat(64) },
    prompt: 'fields of colour',
    negativePrompt: '',
    steps: 8,
    width: SIDE,
    height: SIDE,
    cfg: { scale: 1, low: 0, high: 1 },
    seed: 1,
    imageIndex: 0,
    noise: 'philox4x32-10/1',
    stochasticity: 0,
    sampleType: 'transition',
    adapters: [],
    precision: 'f32',
    provider: 'cpu',
  }
  const sources = colourFields(8, SIDE).map((picture, i) => {
    const file = join(home, `source${i}.png`)
    writeFileSync(file, encodeWithRecipe(picture, recipe))
    return file
  })
  const placed = Array.from({ length: count }, (_, i) => {
    const id = GenerationId.parse(newId())
    copyFileSync(sources[i % sources.length] ?? '', library.files.prepare(id).file)
    const job = JobId.parse(newId())
    library.generations.add({ version: 1, id, job, recipe, frames: [], starred: false, createdAt: Date.now(), tookMs: 1 })
    return { id, x: (i % COLUMNS) * (SIDE + 32), y: Math.floor(i / COLUMNS) * (SIDE + 32), width: SIDE, height: SIDE }
  })
  library.settings.set({ canvas: { placed } })
  library.close()
  for (const file of sources) rmSync(file)
  return home
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  /** Time of the thread itself, in microseconds: what other programs take is not counted. */
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/** The renderer's main-thread work in each frame of a trace, in ms. */
function frameWork(events: readonly TraceEvent[]): number[] {
  const mains = new Set(
    events.filter(({ ph, args }) => ph === 'M' && args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`),
  )
  const onMain = events.filter(({ pid, tid }) => mains.has(`${pid} ${tid}`))
  const begins = onMain.filter(({ name }) => name === 'BeginMainThreadFrame').map(({ ts }) => ts)
  const tasks = onMain.filter(({ name, ph }) => ph === 'X' && /RunTask$/.test(name))
  return begins.slice(0, -1).map((from, i) => {
    const to = begins[i + 1] ?? from
    return tasks.reduce((sum, { ts, tdur = 0 }) => (ts >= from && ts < to ? sum + tdur / 1000 : sum), 0)
  })
}

async function traced(studio: Studio, work: () => Promise<void>): Promise<number[]> {
  await studio.app.evaluate(({ contentTracing }) =>
    contentTracing.startRecording({
      included_categories: ['toplevel', 'devtools.timeline', 'devtools.timeline.frame', '__metadata'],
    }),
  )
  await work()
  const file = await studio.app.evaluate(({ contentTracing }) => contentTracing.stopRecording())
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: TraceEvent[] }
  rmSync(file)
  return frameWork(traceEvents)
}

/** Pans and zooms, an event a frame. */
async function moveAbout(page: Page): Promise<void> {
  await page.mouse.move(700, 400)
  for (let i = 0; i < 60; i++) await page.mouse.wheel(0, i % 30 < 15 ? -40 : 40)
  await page.mouse.down({ button: 'middle' })
  for (let i = 0; i < 60; i++) await page.mouse.move(700 + 4 * (i % 30), 400 + 2 * (i % 30))
  await page.mouse.up({ button: 'middle' })
}

const at = (sorted: readonly number[], share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN

test.runIf(hasScreen)('panning and zooming with 200 pictures in sight', { timeout: 600_000 }, async () => {
  const studio = await launch({ home: homeWith(200) })
  try {
    const pictures = studio.page.getByRole('listbox', { name: 'Pictures on the canvas' }).getByRole('option')
    await studio.page.waitForFunction(
      () => [...document.querySelectorAll<HTMLImageElement>('[data-canvas] img')].filter((image) => image.complete).length >= 200,
      undefined,
      { timeout: 300_000 },
    )
    expect(await pictures.count()).toBe(200)
    const work = (await traced(studio, () => moveAbout(studio.page))).sort((a, b) => a - b)
    expect(work.length).toBeGreaterThan(30)
    const figure: Figure = {
      what: 'main-thread work of a frame, panning and zooming with 200 pictures, 95 of 100 frames',
      value: at(work, 0.95),
      unit: 'ms',
      bar: { atMost: 8 },
      note: `${work.length} frames, median ${at(work, 0.5).toFixed(1)} ms, worst ${(work.at(-1) ?? NaN).toFixed(1)} ms`,
    }
    figures.push(figure)
    expect(keeps(figure), figure.note).toBe(true)
  } finally {
    await studio.close()
  }
})

test.runIf(hasScreen)('from a key to the live picture, embedded model', { timeout: 600_000 }, async () => {
  const studio = await launch()
  try {
    const { page } = studio
    await page.getByRole('main', { name: 'Canvas' }).getByRole('textbox').fill('a red apple')
    await page.keyboard.press('Control+L')
    await page.getByRole('option', { name: 'The live picture' }).locator('img').waitFor({ timeout: 120_000 })
    const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true })
    const waits: number[] = []
    for (const word of ['on', 'white', 'with', 'a', 'leaf', 'in', '3d', 'style']) {
      await prompt.focus()
      // Typed at ten letters a second; what counts is the time after the last one.
      await page.keyboard.type(` ${word}`.slice(0, -1), { delay: 100 })
      waits.push(await waitAfter(page, word.slice(-1)))
    }
    waits.sort((a, b) => a - b)
    const figure: Figure = {
      what: 'from the last key to the live picture on screen, embedded model, median',
      value: at(waits, 0.5),
      unit: 'ms',
      bar: { atMost: 200 },
      note: waits.map((wait) => wait.toFixed(0)).join(', '),
    }
    figures.push(figure)
    expect(keeps(figure), figure.note).toBe(true)
  } finally {
    await studio.close()
  }
})

/** Milliseconds from a key press to the picture of the words with it, decoded. */
async function waitAfter(page: Page, key: string): Promise<number> {
  const done = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let pressed = 0
        let timer = 0
        window.addEventListener('keydown', () => (pressed = performance.now()), { once: true, capture: true })
        const image = document.querySelector('#picture-live img')
        const onLoad = (): void => {
          if (pressed === 0) return
          const shown = performance.now()
          // The newest picture is the last that comes: nothing after it for half a second.
          clearTimeout(timer)
          timer = window.setTimeout(() => {
            image?.removeEventListener('load', onLoad)
            resolve(shown - pressed)
          }, 500)
        }
        image?.addEventListener('load', onLoad)
      }),
  )
  await page.keyboard.press(key)
  return done
}
