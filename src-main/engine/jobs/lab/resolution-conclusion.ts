import type { LabPlot, LabRow } from '#shared/schema/lab'
import type { ResolutionSettings } from '#shared/schema/lab-settings'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { bootstrapMean, meanOf, resamples, type Estimate } from '../../scoring/statistics'
import type { Conclusion } from './experiment'
import { scoreOf } from './looks'
import { cellsOf, finite } from './numbers'
import type { ResolutionRecord } from './resolution'

type Drawn = Extract<ResolutionRecord, { is: 'drawn' }>

/** The pictures of one size. */
interface AtSize {
  readonly width: number
  readonly height: number
  readonly drawn: readonly Drawn[]
  readonly leftOut: string | undefined
}

/** Table and curves by size, the model's own first. */
export function concludeResolution(settings: ResolutionSettings, found: ReadonlyMap<string, ResolutionRecord>): Conclusion {
  const sizes = sizesIn(found)
  const sets = resamples(settings.prompts, settings.bootstrap, new RandomStream(settings.seed))
  const isWhole = ({ drawn }: AtSize): boolean => drawn.length === settings.prompts
  const score = (size: AtSize): Estimate =>
    bootstrapMean(
      size.drawn.map(({ look }) => scoreOf(look)),
      isWhole(size) ? sets : [],
    )
  const others = [...found].flatMap(([key, record]) => (key.startsWith('other-') && record.is === 'drawn' ? [record.apart] : []))
  const [own] = sizes
  return {
    columns: [
      { key: 'width', title: 'Width', unit: 'px' },
      { key: 'height', title: 'Height', unit: 'px' },
      { key: 'doublings', title: 'Doublings of the side', digits: 2 },
      { key: 'pictures', title: 'Pictures' },
      { key: 'score', title: 'Prompt score', better: 'higher', digits: 3 },
      { key: 'scoreLow', title: 'Prompt score, 2.5 %', digits: 3 },
      { key: 'scoreHigh', title: 'Prompt score, 97.5 %', digits: 3 },
      { key: 'loss', title: 'Score lost to the own size', better: 'lower', digits: 3 },
      { key: 'apart', title: 'Distance to the picture of the own size', better: 'lower', digits: 4 },
      { key: 'seconds', title: 'Time of a picture', unit: 's', better: 'lower', digits: 2, machine: true },
      { key: 'peak', title: 'Memory of the process', unit: 'MB', better: 'lower', digits: 0, machine: true },
      { key: 'leftOut', title: 'Left out', machine: true },
    ],
    rows: sizes.map((size): LabRow => {
      const { width, height, drawn, leftOut } = size
      const peaks = drawn.flatMap(({ peak }) => (peak === null ? [] : [peak]))
      return {
        width,
        height,
        doublings: own ? doublingsOf(size, own) : 0,
        pictures: drawn.length,
        ...cellsOf('score', score(size)),
        loss: own ? finite(score(own).value - score(size).value) : null,
        apart: finite(meanOf(drawn.map(({ apart }) => apart))),
        seconds: finite(meanOf(drawn.map(({ seconds }) => seconds))),
        peak: peaks.length === 0 ? null : Math.max(...peaks) / 1e6,
        leftOut: leftOut ?? null,
      }
    }),
    plots: own ? plotsOf(sizes, own, score) : [],
    findings: own ? findingsOf(sizes, own, score, others) : [],
    published: [],
    pictures: [],
  }
}

function sizesIn(found: ReadonlyMap<string, ResolutionRecord>): AtSize[] {
  const sizes = new Map<string, { width: number; height: number; drawn: Drawn[]; leftOut: string | undefined }>()
  for (const [key, record] of found) {
    const [, width, height] = /^(\d+)x(\d+)-\d+$/.exec(key) ?? []
    if (width === undefined || height === undefined) continue
    const name = `${width}x${height}`
    const size = sizes.get(name) ?? { width: Number(width), height: Number(height), drawn: [], leftOut: undefined }
    sizes.set(name, size)
    if (record.is === 'drawn') size.drawn.push(record)
    else size.leftOut = record.why
  }
  return [...sizes.values()]
}

/** log₂ of the side of a square of the same area, against the own. */
function doublingsOf(size: AtSize, own: AtSize): number {
  return Math.log2((size.width * size.height) / (own.width * own.height)) / 2
}

function plotsOf(sizes: readonly AtSize[], own: AtSize, score: (size: AtSize) => Estimate): LabPlot[] {
  const x = { title: 'Doublings of the side' }
  const drawn = sizes.filter((size) => size.drawn.length > 0)
  const kinds = [
    { name: 'squares', of: drawn.filter(({ width, height }) => width === height) },
    { name: 'other aspects', of: drawn.filter(({ width, height }) => width !== height) },
  ]
  const series = (y: (size: AtSize) => Estimate): LabPlot['series'] =>
    kinds.map(({ name, of }) => ({
      name,
      points: of.map((size) => {
        const { value, low, high } = y(size)
        return { x: doublingsOf(size, own), y: value, low, high }
      }),
    }))
  const plain = (read: (drawn: Drawn) => number) => (size: AtSize) => {
    const value = meanOf(size.drawn.map(read))
    return { value, low: value, high: value }
  }
  return [
    { title: 'Prompt score', x, y: { title: 'Share' }, series: series(score) },
    {
      title: 'Distance to the picture of the own size',
      x,
      y: { title: '1 − cosine' },
      series: series(plain(({ apart }) => apart)),
    },
    { title: 'Time of a picture', x, y: { title: 's', logarithmic: true }, series: series(plain(({ seconds }) => seconds)) },
  ]
}

function findingsOf(
  sizes: readonly AtSize[],
  own: AtSize,
  score: (size: AtSize) => Estimate,
  others: readonly number[],
): string[] {
  const squares = sizes.filter(({ width, height, drawn }) => width === height && drawn.length > 0)
  const largest = squares.at(-1)
  const left = sizes.filter(({ leftOut }) => leftOut !== undefined)
  const doublings = largest ? doublingsOf(largest, own) : 0
  return [
    ...(largest && doublings > 0
      ? [
          `From ${own.width} to ${largest.width} pixels the prompt score goes from ${score(own).value.toFixed(3)} to ${score(largest).value.toFixed(3)}: ${((score(own).value - score(largest).value) / doublings).toFixed(3)} lost per doubling.`,
        ]
      : []),
    ...(others.length > 0
      ? [`Two pictures of the own size from different noise are ${meanOf([...others]).toFixed(4)} apart.`]
      : []),
    ...left.map(({ width, height, leftOut }) => `${width} × ${height} was left out: ${leftOut ?? ''}.`),
  ]
}
