import { expect, test, vi } from 'vitest'
import type { GenerateTask, JobNews } from '#shared/engine/protocol'
import { continuedFrom } from '#shared/schema/continue-recipe'
import { GenerationId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import { makeTransport } from '../../diffusion/transports/table'
import { picture } from '../../images/picture'
import { EngineError } from '../../ir/errors'
import { f32 } from '../../ir/tensor'
import { DeviceChoice } from './device-choice'
import type { DrawingModel } from './drawing-model'
import { generate, Stopped, type DrawingParts } from './generate'
import { pathPoint } from './states'

const recipe: Recipe = {
  version: 1,
  model: { name: 'm', sha256: 'a'.repeat(64) },
  prompt: 'fox',
  negativePrompt: 'blurry',
  steps: 4,
  width: 4,
  height: 2,
  cfg: { scale: 2, low: 0, high: 1 },
  seed: 1,
  imageIndex: 5,
  noise: 'philox4x32-10/1',
  stochasticity: 0,
  sampleType: 'transition',
  adapters: [],
  precision: 'f32',
  provider: 'cpu',
}

const taskOf = (change: Partial<Recipe>, count: number): GenerateTask => ({
  kind: 'generate',
  recipe: { ...recipe, ...change },
  model: '/m',
  pictures: Array.from({ length: count }, (_, i) => ({
    generation: GenerationId.parse(`01kb000000000000000000010${i}`),
    imageIndex: 5 + i,
    file: `/pictures/${i}.png`,
    frames: `/frames/${i}`,
  })),
})

/** A network whose F is −x, on a clock that each pass moves by 10 ms, each decoding by 3 and each saving by 1. */
function parts(devices = new DeviceChoice()): DrawingParts<string> & { readonly seen: string[] } {
  let time = 0
  const seen: string[] = []
  const model: DrawingModel<string> = {
    provider: 'cpu',
    transport: makeTransport('OT_FM'),
    network: {
      predict: async (x, t, r, conditions) => {
        time += 10 * conditions.length
        seen.push(`${conditions.join('+')} ${t[0]?.toFixed(2)}→${r[0]?.toFixed(2)}`)
        return Promise.resolve(
          conditions.map(() =>
            f32(
              x.shape,
              x.data.map((value) => -value),
            ),
          ),
        )
      },
    },
    latentShape: (width, height) => [1, 1, height, width],
    conditionsOf: async ({ prompt, negativePrompt }) =>
      Promise.resolve({
        condition: prompt,
        nullCondition: negativePrompt,
        ...(prompt.length > 9 && { notes: ['left out: tail'] }),
      }),
    decode: async ({ shape: [, , height = 0, width = 0] }) => {
      time += 3
      return Promise.resolve(picture(width, height, new Uint8Array(width * height * 3)))
    },
    release: async () => Promise.resolve(),
  }
  const write = async (what: string): Promise<void> => {
    time += 1
    seen.push(what)
    return Promise.resolve()
  }
  return {
    seen,
    open: async () => Promise.resolve(model),
    save: async (file, _, { imageIndex, provider }) => write(`save ${file} #${imageIndex} by ${provider}`),
    saveFrame: async (folder, index) => write(`frame ${folder}/${index}`),
    saveState: async (folder, index) => write(`state ${folder}/${index}`),
    readState: async (file, length) => {
      seen.push(`read ${length} numbers of ${file}`)
      return Promise.resolve(file === '/kept' ? pathPoint(new Float32Array(length).fill(0.5)) : undefined)
    },
    now: () => time,
    devices,
  }
}

async function all(task: GenerateTask, given = parts(), signal = new AbortController().signal): Promise<JobNews[]> {
  const news: JobNews[] = []
  for await (const one of generate(task, given, signal)) news.push(one)
  return news
}

test('each picture begins, tells its steps, is made; then the job is finished', async () => {
  const news = await all(taskOf({ steps: 2 }, 2))
  expect(news.map((one) => ('picture' in one ? `${one.is} ${one.picture}` : one.is))).toEqual([
    'begun 0',
    'step 0',
    'step 0',
    'made 0',
    'begun 1',
    'step 1',
    'step 1',
    'made 1',
    'finished',
  ])
})

test('what was left out of a prompt is told once, before the first step', async () => {
  const news = await all(taskOf({ steps: 1, prompt: 'fox with a long tail' }, 2))
  expect(news.filter(({ is }) => is === 'note')).toEqual([{ is: 'note', picture: 0, text: 'left out: tail' }])
  expect(news.map(({ is }) => is).slice(0, 3)).toEqual(['begun', 'note', 'step'])
})

test('a provider that fails in the middle gives way, which is told and remembered, and the picture begins anew', async () => {
  const devices = new DeviceChoice()
  const given = parts(devices)
  const steady = await given.open('', recipe)
  const shaky: DrawingModel<string> = {
    ...steady,
    provider: 'webgpu',
    network: { predict: async () => Promise.reject(new Error('device lost')) },
  }
  const open = async (folder: string, { provider }: Recipe): Promise<DrawingModel<string>> =>
    Promise.resolve(devices.refusalOf(folder, provider) === undefined && provider === 'webgpu' ? shaky : steady)
  const news = await all(taskOf({ steps: 1, provider: 'webgpu' }, 2), { ...given, open })
  expect(news.map((one) => ('picture' in one ? `${one.is} ${one.picture}` : one.is))).toEqual([
    ...['begun 0', 'begun 0', 'note 0', 'step 0', 'made 0'],
    ...['begun 1', 'step 1', 'made 1', 'finished'],
  ])
  const [note] = news.filter((one) => one.is === 'note')
  expect(note?.text).toBe('Graphics card (WebGPU) could not be used (device lost): drawn on Processor instead.')
  expect(news.flatMap((one) => (one.is === 'made' ? one.recipe.provider : []))).toEqual(['cpu', 'cpu'])
  expect(devices.providerFor('/m')).toBe('cpu')
})

test('a file is there before the news of it, and the last state is the picture itself', async () => {
  const given = parts()
  await all(taskOf({ steps: 3 }, 1), given)
  expect(given.seen).toEqual([
    'fox 1.00→0.67',
    'frame /frames/0/0',
    'fox+blurry 0.67→0.33',
    'frame /frames/0/1',
    'fox+blurry 0.33→0.00',
    'save /pictures/0.png #5 by cpu',
  ])
})

test('the recipe of a picture names its place in the series and what drew it', async () => {
  const made = (await all(taskOf({}, 2))).filter((one) => one.is === 'made')
  expect(made.map((one) => [one.recipe.imageIndex, one.recipe.provider])).toEqual([
    [5, 'cpu'],
    [6, 'cpu'],
  ])
})

test('time is told by where it went', async () => {
  const made = (await all(taskOf({ steps: 4 }, 1))).find((one) => one.is === 'made')
  // 7 passes of 10; 3 frames of 3 + 1 over 4 steps; decoding and saving the picture once.
  expect(made?.cost).toEqual({ tookMs: 86, passMs: 10, stepMs: 3, onceMs: 4 })
})

test('of many steps 32 are shown', async () => {
  const steps = (await all(taskOf({ steps: 100 }, 1))).filter((one) => one.is === 'step')
  expect(steps).toHaveLength(100)
  expect(steps.filter(({ shown }) => shown)).toHaveLength(32)
  expect(steps.at(-1)).toMatchObject({ index: 99, of: 100, r: 0, shown: true })
})

test('stops between two steps and leaves finished pictures alone', async () => {
  const stop = new AbortController()
  const given = parts()
  const news: string[] = []
  const drawing = (async () => {
    for await (const one of generate(taskOf({ steps: 2 }, 2), given, stop.signal)) {
      news.push(one.is)
      if (one.is === 'made') stop.abort()
    }
  })()
  await expect(drawing).rejects.toBeInstanceOf(Stopped)
  expect(news).toEqual(['begun', 'step', 'step', 'made'])
  expect(given.seen.filter((what) => what.startsWith('save'))).toHaveLength(1)
})

test('stops in the middle of a step where the network can', async () => {
  const stop = new AbortController()
  const given = parts()
  const model = await given.open('/m', recipe)
  let watched: AbortSignal | undefined
  const drawing = all(
    taskOf({ steps: 2 }, 1),
    {
      ...given,
      open: async () =>
        Promise.resolve({
          ...model,
          stopAt: (signal) => void (watched = signal),
          network: {
            predict: async () => {
              stop.abort(new Error('asked to stop'))
              watched?.throwIfAborted()
              return Promise.reject(new Error('went on'))
            },
          },
        }),
    },
    stop.signal,
  )
  await expect(drawing).rejects.toBeInstanceOf(Stopped)
})

test('a recipe that cannot fit is refused before its model is opened', async () => {
  const given = parts()
  const tooMuch = new EngineError('memory.too-little', 'Too much.', 'Smaller.')
  const open = vi.fn(given.open)
  const refusing = {
    ...given,
    open,
    requireMemory: () => {
      throw tooMuch
    },
  }
  await expect(all(taskOf({ steps: 2 }, 1), refusing)).rejects.toBe(tooMuch)
  expect(open).not.toHaveBeenCalled()
})

test('states are kept where there is a folder for them, all but the last, which is the picture', async () => {
  const given = parts()
  const task = taskOf({ steps: 3 }, 1)
  await all({ ...task, pictures: task.pictures.map((one) => ({ ...one, states: '/states/0' })) }, given)
  expect(given.seen.filter((what) => what.startsWith('state'))).toEqual(['state /states/0/0', 'state /states/0/1'])
})

test('a picture is continued from the state that was kept, in the time that is left', async () => {
  const given = parts()
  const news = await all({ ...taskOf(continuedFrom(recipe, 1, { steps: 2, prompt: 'owl' }), 1), state: '/kept' }, given)
  expect(given.seen.filter((what) => !what.startsWith('frame'))).toEqual([
    'read 8 numbers of /kept',
    'owl+blurry 0.50→0.25',
    'owl+blurry 0.25→0.00',
    'save /pictures/0.png #5 by cpu',
  ])
  const made = news.find((one) => one.is === 'made')
  expect(made?.recipe.from?.state).toBe(pathPoint(new Float32Array(8).fill(0.5)).sha256)
  expect(made?.cost.passMs).toBe(10)
})

test('a state that is gone is computed again, with what it was drawn with', async () => {
  const given = parts()
  await all({ ...taskOf(continuedFrom(recipe, 1, { steps: 1, prompt: 'owl' }), 1), state: '/gone' }, given)
  expect(given.seen).toEqual([
    'read 8 numbers of /gone',
    'fox 1.00→0.75',
    'fox+blurry 0.75→0.50',
    'owl+blurry 0.50→0.00',
    'save /pictures/0.png #5 by cpu',
  ])
})

test('a state other than the one that was drawn from is not used, and one that comes out otherwise is told', async () => {
  const given = parts()
  const continued = continuedFrom(recipe, 1, { steps: 1 })
  const from = { legs: continued.from?.legs ?? [], state: 'b'.repeat(64) }
  const news = await all({ ...taskOf({ ...continued, from }, 1), state: '/kept' }, given)
  expect(given.seen.slice(0, 2)).toEqual(['read 8 numbers of /kept', 'fox 1.00→0.75'])
  expect(news.flatMap((one) => (one.is === 'note' ? one.text : []))).toEqual([
    'The steps before came out a little different here than where this picture was first drawn, and so will the picture.',
  ])
})
