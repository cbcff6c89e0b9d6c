import { z } from 'zod'
import { Failure } from '../ipc/failure'
import { GenerationId, JobId } from '../schema/id'
import { ModelCard } from '../schema/model'
import { Recipe, RECIPE_LIMITS } from '../schema/recipe'
import { PreviewChoice } from '../schema/settings'
import { Errand, ErrandNews } from './errand'

/**
 * The messages between main and the engine's process. Both sides check what they receive. Paths travel here only, chosen by
 * main; a recipe never holds one. Pictures travel as files, because ports copy what they carry.
 */

const path = z.string().min(1).max(4096)

/** A picture to make: its id, and where its file and the frames of its trajectory go (`<frames>/<index>.png`). */
export const PictureOrder = z.object({
  generation: GenerationId,
  imageIndex: z.number().int().nonnegative(),
  file: path,
  frames: path,
  /** Folder for the states of its path, `<index>.f16`; where left out, none are kept. */
  states: path.optional(),
})
export type PictureOrder = z.infer<typeof PictureOrder>

/** Where a recipe's `start` lies on this machine. */
export const StartFiles = z.object({ picture: path, mask: path.optional() })
export type StartFiles = z.infer<typeof StartFiles>

export const GenerateTask = z.object({
  kind: z.literal('generate'),
  recipe: Recipe,
  /** Folder of the model whose hash the recipe names. */
  model: path,
  /** Folders of the recipe's adapters, in its order; none where left out. */
  adapters: z.array(path).max(RECIPE_LIMITS.adapters).optional(),
  /** Folder that keeps what was sampled until its picture is written; where left out, nothing is kept. */
  unfinished: path.optional(),
  /** File that may still hold the state which the recipe continues from; where it does not, the state is computed again. */
  state: path.optional(),
  /** Files of the picture that the recipe starts from, and of its mask. */
  start: StartFiles.optional(),
  /** How its steps are made visible; `auto` where left out. */
  preview: PreviewChoice.optional(),
  pictures: z.array(PictureOrder).min(1),
})
export type GenerateTask = z.infer<typeof GenerateTask>

/** A folder in which a model may lie. */
export const ModelPlace = z.object({ folder: path, embedded: z.boolean() })
export type ModelPlace = z.infer<typeof ModelPlace>

/** Main → engine. */
export const ToEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), job: JobId, task: GenerateTask }),
  /** Takes effect at the next step. */
  z.object({ type: z.literal('cancel'), job: JobId }),
  z.object({ type: z.literal('list-models'), ask: z.number().int(), places: z.array(ModelPlace) }),
  /** Loads a model and tries each of its parts with a recipe, ahead of its first job. */
  z.object({ type: z.literal('warm'), model: path, recipe: Recipe }),
  /** Given to a process that does nothing else. */
  z.object({ type: z.literal('errand'), errand: Errand }),
  z.object({ type: z.literal('stop-errand') }),
])
export type ToEngine = z.infer<typeof ToEngine>

/** What a picture cost, in milliseconds: once (prompt, loading aside), per network pass, per shown step. */
export const Cost = z.object({
  onceMs: z.number().nonnegative(),
  passMs: z.number().nonnegative(),
  stepMs: z.number().nonnegative(),
  tookMs: z.number().nonnegative(),
})
export type Cost = z.infer<typeof Cost>

const picture = z.number().int().nonnegative()

/** What a running job says. `recipe` is the recipe as it was drawn, with the provider that did it. */
export const JobNews = z.discriminatedUnion('is', [
  z.object({ is: z.literal('begun'), picture }),
  z.object({
    is: z.literal('step'),
    picture,
    index: z.number().int().nonnegative(),
    of: z.number().int().positive(),
    t: z.number(),
    r: z.number(),
    ms: z.number().nonnegative(),
    shown: z.boolean(),
  }),
  /** Something that the artist should know, in words: what of a prompt was left out, which device took another's place. */
  z.object({ is: z.literal('note'), picture, text: z.string() }),
  /** `resumed`: sampled by an earlier attempt, so that the cost says nothing of the network's. */
  z.object({ is: z.literal('made'), picture, recipe: Recipe, cost: Cost, resumed: z.boolean().optional() }),
  z.object({ is: z.literal('finished') }),
  z.object({ is: z.literal('failed'), failure: Failure }),
])
export type JobNews = z.infer<typeof JobNews>

/** A model that was found, with the folder it lies in. */
export const FoundModel = z.object({ folder: path, card: ModelCard })
export type FoundModel = z.infer<typeof FoundModel>

/** A file that the engine reads or maps, and what it was before. */
export const MappedFile = z.object({ path, size: z.number().nonnegative(), modified: z.string(), inode: z.string() })
export type MappedFile = z.infer<typeof MappedFile>

/** Engine → main. */
export const FromEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), providers: z.array(z.string()) }),
  /** Comes every second while the engine's thread is free, and at every step. */
  z.object({ type: z.literal('beat') }),
  z.object({ type: z.literal('news'), job: JobId, news: JobNews }),
  z.object({ type: z.literal('models'), ask: z.number().int(), models: z.array(FoundModel) }),
  z.object({ type: z.literal('errand'), news: ErrandNews }),
  /** The files of all loaded models: whoever changes one of them may end the engine. */
  z.object({ type: z.literal('mapped'), files: z.array(MappedFile) }),
  /** A message that was refused: a mistake of ours. */
  z.object({ type: z.literal('refused'), why: z.string() }),
])
export type FromEngine = z.infer<typeof FromEngine>
