import { z } from 'zod'
import { ModelPart } from '../engine/models'
import { Failure } from '../ipc/failure'

/** What a download of a released model is, before and while it runs. Plain data for the window, main and the engine. */

const bytes = z.number().int().nonnegative()
const line = z.string().max(1000)
/** Main names folders; the window names only those that it was given by a dialog. */
const folder = z.string().min(1).max(4096)

/** Folders of the disk that take the place of parts of an offer: those are not downloaded. */
export const LocalParts = z.partialRecord(ModelPart, folder)
export type LocalParts = z.infer<typeof LocalParts>

/** A file to fetch: how large, and by what its content is known. */
export const PlannedFile = z.object({
  /** Its name in the repository; folders are separated by slashes. */
  path: z
    .string()
    .max(200)
    .regex(/^\w[\w.-]*(\/\w[\w.-]*)*$/),
  bytes,
  /** Of large files the sha256; of small ones git's own name of their content. */
  checksum: z.object({ kind: z.enum(['sha256', 'git-blob']), hex: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/) }),
  /** Of it, already on this disk. */
  have: bytes,
})
export type PlannedFile = z.infer<typeof PlannedFile>

export const PlannedPart = z.object({
  part: ModelPart,
  repository: line,
  what: line,
  /** The commit whose files these are. */
  revision: z.string().regex(/^[0-9a-f]{40}$/),
  /** As the repository states it, else as the catalogue does. */
  licence: line,
  page: line,
  gated: z.boolean(),
  files: z.array(PlannedFile).min(1).max(100),
})
export type PlannedPart = z.infer<typeof PlannedPart>

/** Everything that a download would fetch, shown before anything is. */
export const DownloadPlan = z.object({
  model: line,
  title: line,
  /** Where from: the hub, or a mirror of it. */
  hub: line,
  parts: z.array(PlannedPart),
  local: LocalParts,
  /** Where the files go until they are imported. */
  folder,
  /** Of all files; of those, what is not here yet; what the disk has free. */
  bytes,
  missing: bytes,
  free: bytes,
})
export type DownloadPlan = z.infer<typeof DownloadPlan>

export const DownloadProgress = z.object({
  phase: z.enum(['fetching', 'checking', 'importing']),
  /** The file, or the step of the import, that is at work. */
  what: line,
  done: bytes,
  total: bytes,
  /** Bytes per second of late; 0 while unknown. */
  rate: z.number().nonnegative(),
  /** Null while it cannot be told. */
  secondsLeft: z.number().nonnegative().nullable(),
})
export type DownloadProgress = z.infer<typeof DownloadProgress>

/** A model that can be downloaded, and from where its parts come. */
export const OfferCard = z.object({
  name: line,
  title: line,
  what: line,
  parts: z.array(z.object({ part: ModelPart, repository: line, what: line, licence: line, page: line, gated: z.boolean() })),
})
export type OfferCard = z.infer<typeof OfferCard>

/** What the studio downloads at the moment; one model at a time. */
export const DownloadState = z.discriminatedUnion('is', [
  z.object({ is: z.literal('none') }),
  z.object({ is: z.literal('planning'), model: line }),
  /** Nothing of it is fetched before it is started. */
  z.object({ is: z.literal('planned'), plan: DownloadPlan }),
  z.object({ is: z.literal('running'), plan: DownloadPlan, progress: DownloadProgress.nullable(), notes: z.array(z.string()) }),
  z.object({ is: z.literal('installed'), model: line, name: z.string(), notes: z.array(z.string()) }),
  z.object({ is: z.literal('failed'), model: line, failure: Failure }),
])
export type DownloadState = z.infer<typeof DownloadState>

/** An access token of the hub. */
export const HubToken = z
  .string()
  .trim()
  .regex(/^hf_[A-Za-z0-9]{8,200}$/, 'tokens of the hub begin with hf_ and have letters and digits only')

/** Whether the studio has an access token of the hub, and why it cannot keep one. */
export const TokenState = z.object({ has: z.boolean(), objection: z.string().nullable() })
export type TokenState = z.infer<typeof TokenState>
