import { z } from 'zod'
import { LabSettings } from './lab-settings'

/** What an experiment of the lab finds, and what it says while it goes. */

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()])

export const LabColumn = z.object({
  key: z.string(),
  title: z.string(),
  unit: z.string().optional(),
  /** Which way is better, where one is. */
  better: z.enum(['higher', 'lower']).optional(),
  /** Digits after the point, for people; files have all digits. */
  digits: z.int().min(0).max(12).optional(),
  /** Depends on the machine and on what else it does: differs from run to run. */
  machine: z.boolean().optional(),
})
export type LabColumn = z.infer<typeof LabColumn>

export const LabRow = z.record(z.string(), Cell)
export type LabRow = z.infer<typeof LabRow>

/** `low` and `high`: ends of the interval that 95 % of bootstrap draws fall into. */
export const LabPoint = z.object({ x: z.number(), y: z.number(), low: z.number().optional(), high: z.number().optional() })
export type LabPoint = z.infer<typeof LabPoint>

export const LabPlot = z.object({
  title: z.string(),
  x: z.object({ title: z.string(), logarithmic: z.boolean().optional() }),
  y: z.object({ title: z.string(), logarithmic: z.boolean().optional() }),
  /** `names`: of the places on the x axis, where they are no quantities; x is then their number. */
  names: z.array(z.string()).optional(),
  series: z.array(z.object({ name: z.string(), points: z.array(LabPoint) })),
})
export type LabPlot = z.infer<typeof LabPlot>

/** A figure of the paper or of the released code, to stand beside ours; measured on other models, data and machines. */
export const PublishedFigure = z.object({
  what: z.string(),
  value: z.number(),
  unit: z.string(),
  /** Place on the x axis of the plots, where it has one. */
  x: z.number().optional(),
  source: z.string(),
})
export type PublishedFigure = z.infer<typeof PublishedFigure>

/** A picture of a grid: a file in the run's folder. */
export const LabPicture = z.object({ file: z.string(), row: z.int().min(0), column: z.int().min(0), caption: z.string() })
export type LabPicture = z.infer<typeof LabPicture>

export const LabResult = z.object({
  version: z.literal(1),
  settings: LabSettings,
  title: z.string(),
  model: z.object({ name: z.string(), sha256: z.string() }),
  /** Processor and threads, since times are of this machine. */
  machine: z.string(),
  /** Pieces measured of all: a table may be looked at while it grows. */
  measured: z.int().min(0),
  of: z.int().min(1),
  columns: z.array(LabColumn),
  rows: z.array(LabRow),
  plots: z.array(LabPlot),
  /** What the numbers say, in sentences. */
  findings: z.array(z.string()),
  published: z.array(PublishedFigure),
  pictures: z.array(LabPicture),
})
export type LabResult = z.infer<typeof LabResult>

export const LabNews = z.discriminatedUnion('is', [
  /** `measured` pieces of an earlier attempt stand already. */
  z.object({ is: z.literal('begun'), measured: z.int().min(0), of: z.int().min(1) }),
  /** What is being measured, and how far its part is, 0 … 1. */
  z.object({
    is: z.literal('doing'),
    piece: z.int().min(0),
    of: z.int().min(1),
    what: z.string(),
    share: z.number().min(0).max(1),
  }),
  /** A piece more; the result as it stands. */
  z.object({ is: z.literal('measured'), result: LabResult }),
  z.object({ is: z.literal('note'), text: z.string() }),
  z.object({ is: z.literal('finished'), result: LabResult, folder: z.string() }),
])
export type LabNews = z.infer<typeof LabNews>

/** What the engine is asked: folders are chosen by main. */
export const LabTask = z.object({
  kind: z.literal('lab'),
  settings: LabSettings,
  /** Folder of the model under test. */
  model: z.string(),
  /** Folder of the embedded model, whose evaluator scores. */
  evaluator: z.string(),
  /** Folder of the set of latents. */
  set: z.string(),
  /** Folder of this run: what was measured, pictures, the result. */
  folder: z.string(),
  threads: z.int().min(1).optional(),
})
export type LabTask = z.infer<typeof LabTask>
