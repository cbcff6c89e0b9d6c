import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAutoencoder } from '../../src-main/engine/models/autoencoder/open'
import { openSession } from '../../src-main/engine/runtime/session'
import { bindWeights } from '../../src-main/engine/weights/bind'
import { openFolder } from '../../src-main/engine/weights/open-weights'
import { keeps, record, type Figure } from '../support/figures'
import { relativeError } from '../support/fixtures'
import { temporaryFolder } from '../support/temporary-folder'
import { buildChild, latentOf, runChild, subjects, writeModel, type Subject } from './decode-subjects'
import { openPeer } from './peer/peer'

/** A machine that does other things too may take long. */
const PATIENCE_MS = 7_200_000
/** The first decoding opens sessions, the second opens them to stay, those that follow find them open. */
const RUNS = Number(process.env['TIM_BENCH_RUNS'] ?? 4)
/** `TIM_BENCH_SIDES=512,1024` measures pictures of other sides; figures of others than the usual ones lie in files of their own. */
const asked = process.env['TIM_BENCH_SIDES']?.split(',').map(Number)
/** Where sessions stay open, memory is that of a process that decoded several pictures. */
const SEVERAL = 3

const folder = temporaryFolder()
const peer = openPeer()
beforeAll(buildChild, 120_000)
afterAll(() => peer?.close())

/** Seconds of a decoding, of the first with opening of sessions and all; in turns with the peer, whose network is loaded and warm, where there is one. */
async function timed(subject: Subject, model: string, side: number, figures: Figure[]): Promise<void> {
  const autoencoder = openAutoencoder(model)
  const [ours, theirs]: [number[], number[]] = [[], []]
  let peak = 0
  for (let i = 0; i < RUNS; i++) {
    const began = performance.now()
    await autoencoder.decode(latentOf(subject, side))
    ours.push((performance.now() - began) / 1000)
    // One answer of the peer for the first decoding, one for the second, one beside each warm one.
    if (!peer) continue
    const run = await peer.time(subject.peer, { side })
    theirs.push(run.seconds)
    peak = run.peak
  }
  await autoencoder.release()
  const what = `${subject.name} decode ${side}²`
  const [first = 0] = ours
  const warm = ours.length > 2 ? Math.min(...ours.slice(2)) : undefined
  figures.push({ what: `${what}, the first of a model`, value: first, unit: 's' })
  if (warm !== undefined) figures.push({ what: `${what}, those that follow`, value: warm, unit: 's' })
  if (!peer) return
  const [best, bar] = [Math.min(...theirs), { atMost: subject.bars.time }]
  const note = `${best.toFixed(2)} s, its process ${(peak / 1e9).toFixed(2)} GB`
  figures.push({
    what: `${what} against diffusers, the first`,
    value: first / best,
    unit: '×',
    note,
    ...(warm === undefined && { bar }),
  })
  if (warm !== undefined)
    figures.push({ what: `${what} against diffusers, those that follow`, value: warm / best, unit: '×', bar, note })
  const several = runChild(model, side, warm === undefined ? 1 : SEVERAL)
  const ratio = several.peak / peak
  figures.push({ what: `${what}, peak memory against diffusers`, value: ratio, unit: '×', bar: { atMost: subject.bars.memory } })
}

/** Highest proportional set size of a process that decodes one latent, and what was foretold. */
function weighed(subject: Subject, model: string, side: number, figures: Figure[]): void {
  const { peak, foretold } = runChild(model, side, 1)
  figures.push({ what: `${subject.name} decode ${side}², peak PSS`, value: peak / 1e9, unit: 'GB' })
  figures.push({
    what: `${subject.name} decode ${side}², foretold against measured memory`,
    value: 100 * Math.abs(foretold / peak - 1),
    unit: '% off',
    bar: { atMost: 10 },
  })
}

/** Relative error against the plain graph. */
async function compared(subject: Subject, model: string, side: number, figures: Figure[]): Promise<void> {
  const latent = latentOf(subject, side)
  const plain = await openSession(subject.graph, {
    weights: bindWeights(subject.graph, openFolder(model)),
    weightsAs: 'initializers',
  })
  const { image } = await plain.run({ latent })
  await plain.release()
  const autoencoder = openAutoencoder(model)
  const { data } = await autoencoder.decode(latent)
  await autoencoder.release()
  figures.push({
    what: `${subject.name} decode ${side}², relative error to the plain graph`,
    value: relativeError(data, image?.data as Float32Array),
    unit: '',
    bar: { atMost: 1e-5 },
  })
}

test.each(subjects)('$name decodes', { timeout: PATIENCE_MS }, async (subject) => {
  const model = await writeModel(subject, folder)
  const figures: Figure[] = []
  const sides = asked ?? subject.sides
  for (const side of sides) {
    await timed(subject, model, side, figures)
    weighed(subject, model, side, figures)
  }
  await compared(subject, model, asked ? Math.max(...sides) : 256, figures)
  record(['decode', subject.peer.replaceAll('_', '-').replace('-decode', ''), ...(asked ?? [])].join('-'), figures)
  expect(figures.filter((figure) => !keeps(figure)).map(({ what }) => what)).toEqual([])
})
