import { z } from 'zod'
import { Failure } from '../ipc/failure'
import { AdapterCard } from '../schema/adapter'
import { DownloadPlan, DownloadProgress, HubToken, LocalParts } from '../schema/download'
import { Precision, Provider } from '../schema/recipe'
import { ImportGivenTask, ImportTask, ModelPart, RemoveTask, VerifyTask } from './models'

/** Work that waits for networks and disks, done in a process of its own beside the one that draws. */

const path = z.string().min(1).max(4096)

/** How the hub is reached. A token stands here only on its way to the process that uses it. */
export const HubAccess = z.object({
  /** Address of a mirror; empty: the hub itself. */
  mirror: z.string().max(2000),
  token: HubToken.optional(),
})
export type HubAccess = z.infer<typeof HubAccess>

export const Errand = z.discriminatedUnion('kind', [
  /** Asks the hub what an offer of the catalogue would fetch. `downloads` and `models`: folders of the library. */
  z.object({
    kind: z.literal('plan-download'),
    model: z.string().max(100),
    local: LocalParts,
    downloads: path,
    models: path,
    hub: HubAccess,
  }),
  /** Fetches what was planned, checks it and imports it. */
  z.object({ kind: z.literal('download'), plan: DownloadPlan, models: path, hub: HubAccess, precision: Precision.optional() }),
  /** Tests the providers of this machine that have no verdict in `file` yet. */
  z.object({ kind: z.literal('check-devices'), file: path }),
  /** Makes a model of files on this disk. */
  ImportTask,
  ImportGivenTask,
  /** Reads every file of a model and compares its checksum. */
  VerifyTask,
  /** Removes a model and what of its parts no other model uses. */
  RemoveTask,
  /** Puts an adapter (PEFT's folder, or a file in any naming) for a model into the library. Folders: the library's for adapters, the model's. */
  z.object({ kind: z.literal('import-adapter'), path, adapters: path, model: path }),
])
export type Errand = z.infer<typeof Errand>

export const ErrandNews = z.discriminatedUnion('is', [
  z.object({ is: z.literal('planned'), plan: DownloadPlan }),
  z.object({ is: z.literal('progress'), progress: DownloadProgress }),
  /** Something a person should know that is no failure. */
  z.object({ is: z.literal('note'), text: z.string() }),
  /** `error`: of one pass of the network, where it was converted. */
  z.object({ is: z.literal('installed'), name: z.string(), error: z.number().nonnegative().optional() }),
  z.object({ is: z.literal('verified'), files: z.number().int(), bytes: z.number() }),
  /** What became free, and the parts that stay because other models use them. */
  z.object({ is: z.literal('removed'), freed: z.number(), kept: z.array(ModelPart) }),
  z.object({ is: z.literal('tested'), provider: Provider, works: z.boolean() }),
  z.object({ is: z.literal('adapter'), card: AdapterCard }),
  z.object({ is: z.literal('finished') }),
  z.object({ is: z.literal('failed'), failure: Failure }),
])
export type ErrandNews = z.infer<typeof ErrandNews>
