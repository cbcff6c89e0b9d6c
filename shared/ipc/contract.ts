import { z } from 'zod'
import { FoundRecipe } from '../engine/desk'
import { ModelName } from '../engine/models'
import { AdapterCard } from '../schema/adapter'
import { DeviceView } from '../schema/device'
import { DownloadPlan, DownloadState, HubToken, LocalParts, OfferCard, TokenState } from '../schema/download'
import { Generation } from '../schema/generation'
import { HistoryPage } from '../schema/history'
import { GenerationId, ImageId, JobId } from '../schema/id'
import { LiveAnswer } from '../schema/live'
import { MemoryNeed } from '../schema/memory'
import { LibraryState } from '../schema/library'
import { PictureFormat } from '../schema/picture-format'
import { ModelCard } from '../schema/model'
import { ModelWork } from '../schema/model-work'
import { Prompt } from '../schema/prompt'
import { PromptLength, PromptQuestion } from '../schema/prompt-length'
import { MAX_COUNT } from '../schema/queue'
import { Guidance, Precision, Recipe } from '../schema/recipe'
import { Settings, SettingsPatch } from '../schema/settings'
import { StartPicture } from '../schema/start-picture'
import { Estimate, ModelSpeed } from '../schema/timing'
import { event, request, type Events, type Requests } from './channel'
import {
  EngineState,
  GenerateDone,
  HistoryChange,
  FormingPicture,
  JobStarted,
  QueueProgress,
  QueueView,
  StepEvent,
} from './events'
import { Failure, type Result } from './failure'

const Nothing = z.void()

/** What the memory and the time of a picture depend on. */
const Foreseen = z.object({
  model: z.string(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  steps: z.number().int().min(1).max(1000),
  cfg: Guidance,
})
/** A file or folder of this machine that the user chose in a dialog or dropped on the window; others are refused. */
const givenPath = z.string().min(1).max(4096)

/** What the window may ask of main. One line makes a channel; types and validation follow on both sides. */
export const requests = {
  'app/info': request(
    Nothing,
    z.object({ version: z.string(), electron: z.string(), platform: z.string(), dataFolder: z.string() }),
  ),
  /** Opens a folder in the system's file manager. */
  'app/open-folder': request(z.object({ which: z.enum(['data', 'output']) }), Nothing),
  'settings/get': request(Nothing, Settings),
  'settings/set': request(SettingsPatch, Settings),

  'models/list': request(Nothing, z.array(ModelCard)),
  /** Lets the user choose what to import; none when they do not. */
  'models/choose': request(z.object({ what: z.enum(['files', 'folder']) }), z.object({ paths: z.array(givenPath) })),
  /**
   * Makes a model of chosen or dropped files and folders: which is which part is told from what they hold. `link`: they stay where they
   * are. Answers at once; 'models/progress' tells how it goes.
   */
  'models/import': request(
    z.object({
      paths: z.array(givenPath).min(1).max(50),
      name: ModelName.optional(),
      precision: Precision.optional(),
      link: z.boolean().optional(),
    }),
    Nothing,
  ),
  /** Reads every file of a model and compares its checksum. */
  'models/verify': request(z.object({ name: z.string().max(200) }), Nothing),
  /** Removes an imported model; parts that other models use stay. */
  'models/remove': request(z.object({ name: z.string().max(200) }), Nothing),
  /** Stops the work that runs; without any it forgets how the last one ended. An import that was stopped goes on from there. */
  'models/cancel': request(Nothing, Nothing),
  'models/work': request(Nothing, ModelWork),
  /** What was learned of each model's speed here, the newest first. */
  'models/speeds': request(Nothing, z.array(ModelSpeed)),
  'devices/get': request(Nothing, DeviceView),
  /** Tests every device anew; 'devices/changed' tells how it goes. */
  'devices/test': request(Nothing, Nothing),
  /** What a picture needs at its peak beside what this machine has free, and the choices that make it fit. Asks no other process. */
  'estimate/memory': request(Foreseen, MemoryNeed),
  'estimate/time': request(Foreseen.extend({ count: z.number().int().min(1).max(MAX_COUNT) }), Estimate),
  /** How long a prompt is to the model of that name, counted by its own tokenizer. */
  'prompt/tokens': request(PromptQuestion, PromptLength),

  /** The adapters of the library, by name. */
  'adapters/list': request(Nothing, z.array(AdapterCard)),
  /** Puts a chosen or dropped adapter into the library, if it fits the model of that name. */
  'adapters/import': request(z.object({ path: givenPath, model: z.string().max(200) }), AdapterCard),

  /** Keeps a picture to start from: a chosen or dropped file, one of the library's own, or one that is kept already. */
  'start/keep': request(
    z.union([z.object({ path: givenPath }), z.object({ image: ImageId }), z.object({ picture: StartPicture.shape.sha256 })]),
    StartPicture,
  ),
  /** Keeps a mask: the bytes of a PBM file. */
  'start/keep-mask': request(z.object({ bytes: z.instanceof(Uint8Array) }), z.object({ mask: StartPicture.shape.sha256 })),
  'start/mask': request(z.object({ mask: StartPicture.shape.sha256 }), z.object({ bytes: z.instanceof(Uint8Array) })),

  /** `count` pictures: the recipe's image index, the next one, and so on. `first` puts the job before the others. */
  'generate/start': request(
    z.object({ recipe: Recipe, count: z.number().int().min(1).max(MAX_COUNT), first: z.boolean().optional() }),
    z.object({ job: JobId }),
  ),
  'generate/cancel': request(z.object({ job: JobId }), Nothing),
  /** One picture at once, outside of queue and history. */
  'live/draw': request(z.object({ recipe: Recipe }), LiveAnswer),
  /** Bytes that the states of paths take on disk. */
  'states/use': request(Nothing, z.object({ bytes: z.number().nonnegative() })),
  'queue/list': request(Nothing, QueueView),
  /** Puts a job that waits before another one, or at the end. */
  'queue/move': request(z.object({ job: JobId, before: JobId.nullable() }), Nothing),
  /** Paused, the running picture stops at its next step, and goes on from its last stored state when it is told to. */
  'queue/pause': request(z.object({ paused: z.boolean() }), Nothing),
  /** Cancels all jobs that wait. */
  'queue/clear': request(Nothing, Nothing),
  /** The picture that is being drawn with the states seen so far, for a window that was loaded anew; null when none is. */
  'queue/forming': request(Nothing, FormingPicture.nullable()),

  'history/list': request(
    z.object({
      cursor: z.string().max(200).nullable(),
      /** Pictures of the page, at most. */
      pictures: z.number().int().min(1).max(500),
      search: z.string().max(500),
    }),
    HistoryPage,
  ),
  'history/get': request(z.object({ id: GenerationId }), Generation),
  /** Those of the pictures that are there, in the order asked for. */
  'history/some': request(z.object({ ids: z.array(GenerationId).max(500) }), z.array(Generation)),
  'history/star': request(z.object({ id: GenerationId, starred: z.boolean() }), Generation),
  /** Can be undone with 'history/restore' until the studio is closed. */
  'history/delete': request(z.object({ ids: z.array(GenerationId).min(1).max(1000) }), Nothing),
  'history/restore': request(z.object({ ids: z.array(GenerationId).min(1).max(1000) }), Nothing),
  /** Copies for other programs, into a file or folder that the user chooses; none are saved when they do not. */
  'pictures/export': request(
    z.object({
      ids: z.array(GenerationId).min(1).max(1000),
      format: PictureFormat,
      quality: z.number().int().min(1).max(100),
      /** Whether the copies tell how they were made. */
      recipe: z.boolean(),
    }),
    z.object({ saved: z.number().int().nonnegative() }),
  ),
  /** Shows a picture's file in the system's file manager. */
  'pictures/reveal': request(z.object({ id: GenerationId }), Nothing),
  /** Puts a picture onto the clipboard. */
  'pictures/copy': request(z.object({ id: GenerationId }), Nothing),
  /** Lets the user go on dragging pictures into another program. */
  'pictures/drag': request(z.object({ ids: z.array(GenerationId).min(1).max(100) }), Nothing),
  /** What a dropped picture file tells of how it was made. */
  'pictures/recipe': request(z.object({ path: givenPath }), FoundRecipe),
  /** What the picture, or the text, on the clipboard tells; the path of the picture, where there is one. */
  'pictures/paste': request(Nothing, z.object({ found: FoundRecipe, path: givenPath.nullable() })),

  /** Bytes that the studio takes on disk, and pictures whose files are gone. */
  'library/state': request(Nothing, LibraryState),
  /** Draws the pictures anew whose files are gone, or forgets them. */
  'library/lost': request(z.object({ what: z.enum(['draw', 'forget']) }), Nothing),
  /** Prompts by last use, for Alt+↑/↓ and completion. */
  'prompts/list': request(z.object({ search: z.string().max(500), limit: z.number().int().min(1).max(500) }), z.array(Prompt)),

  /** What can be downloaded; asks nobody. */
  'downloads/offers': request(Nothing, z.array(OfferCard)),
  'downloads/state': request(Nothing, DownloadState),
  /** Asks the hub which files an offer would fetch, and how large they are. `local`: folders that were chosen, in place of parts. */
  'downloads/plan': request(z.object({ model: z.string().max(100), local: LocalParts }), DownloadPlan),
  /** Fetches and imports what was planned and shown. */
  'downloads/start': request(z.object({ model: z.string().max(100), precision: Precision.optional() }), Nothing),
  /** What has arrived is kept for the next time. */
  'downloads/cancel': request(Nothing, Nothing),
  /** Lets the user choose a folder of this machine; null when they do not. */
  'downloads/choose-folder': request(Nothing, z.object({ folder: z.string().nullable() })),
  'token/state': request(Nothing, TokenState),
  'token/set': request(z.object({ token: HubToken }), TokenState),
  'token/forget': request(Nothing, TokenState),

  'engine/status': request(Nothing, EngineState),
  'engine/restart': request(Nothing, Nothing),
} satisfies Requests

/** What main tells the window. */
export const events = {
  'job/started': event(JobStarted),
  'generate/step': event(StepEvent),
  'generate/done': event(GenerateDone),
  /** What the artist should know about a job that goes on, in words. */
  'job/note': event(z.object({ job: JobId, text: z.string() })),
  /** The whole job ended well. */
  'job/done': event(z.object({ job: JobId })),
  /** The job ended before its time: failed, cancelled or interrupted. What it made is kept. */
  'job/failed': event(z.object({ job: JobId, failure: Failure })),
  'engine/state': event(EngineState),
  'history/changed': event(HistoryChange),
  /** Files and entries were compared, or the disk was looked at. */
  'library/changed': event(LibraryState),
  'queue/changed': event(QueueView),
  /** Some times a second while a job runs. */
  'queue/progress': event(QueueProgress),
  'models/changed': event(z.array(ModelCard)),
  /** How an import, a check or a removal goes, and how it ended. */
  'models/progress': event(ModelWork),
  'devices/changed': event(DeviceView),
  'downloads/changed': event(DownloadState),
  /** A command chosen in the menu, for the window to carry out. */
  'app/command': event(z.enum(['generate', 'cancel', 'settings', 'keys', 'fit', 'actual-size', 'toggle-left', 'toggle-right'])),
} satisfies Events

export type RequestName = keyof typeof requests
export type EventName = keyof typeof events
export type RequestInput<Name extends RequestName> = z.input<(typeof requests)[Name]['input']>
/** What a handler gets: the input after validation. */
export type RequestParsed<Name extends RequestName> = z.output<(typeof requests)[Name]['input']>
export type RequestOutput<Name extends RequestName> = z.output<(typeof requests)[Name]['output']>
export type EventPayload<Name extends EventName> = z.output<(typeof events)[Name]['payload']>

/** Requests without input are called without one. */
export type RequestArgs<Name extends RequestName> = undefined extends RequestInput<Name> ? [] : [input: RequestInput<Name>]

export const requestNames = Object.keys(requests) as RequestName[]

/** What preload puts on `window.studio`: the only way from the window to the rest. */
export interface Studio {
  /** Never rejects: what goes wrong is a failure with a remedy. */
  call<Name extends RequestName>(name: Name, ...args: RequestArgs<Name>): Promise<Result<RequestOutput<Name>>>
  /** Files and folders that the user dropped on the window or chose in a field: their paths, accepted by main from then on. */
  dropped(files: readonly object[]): Promise<Result<{ readonly paths: string[] }>>
  /** Listens until the returned function is called. */
  on<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): () => void
}
