import { z } from 'zod'
import { Failure } from '../ipc/failure'
import { PictureFormat } from '../schema/picture-format'
import { PromptLength, PromptQuestion } from '../schema/prompt-length'
import { PartialRecipe, Recipe } from '../schema/recipe'
import { StartPicture } from '../schema/start-picture'

/**
 * The messages between main and the desk: a process beside the engine that reads and writes picture files, which are not to be trusted
 * and take their time. Both sides check what they receive; paths are chosen by main.
 */

const path = z.string().min(1).max(4096)

export const DeskTask = z.discriminatedUnion('kind', [
  /** Writes a picture's thumbnail, `side` pixels at its longer side, as WebP. */
  z.object({ kind: z.literal('thumbnail'), file: path, out: path, side: z.number().int().min(16).max(1024) }),
  /** Writes a copy of a picture for other programs; the recipe goes along where one is given. */
  z.object({
    kind: z.literal('export'),
    file: path,
    out: path,
    format: PictureFormat,
    /** 1…100, for formats that lose something. */
    quality: z.number().int().min(1).max(100),
    recipe: Recipe.nullable(),
  }),
  /** Reads what a picture file tells of how it was made. */
  z.object({ kind: z.literal('recipe'), file: path }),
  /** As `recipe`, for a text that a person copied. */
  z.object({ kind: z.literal('recipe-text'), file: z.literal('the clipboard'), text: z.string().max(200_000) }),
  /** Keeps a picture to start from in the library's folder for them. */
  z.object({ kind: z.literal('keep-start'), file: path, starts: path }),
  /** Counts a prompt's tokens as the model in the folder `file` does. */
  z.object({ kind: z.literal('tokens'), file: path, prompt: PromptQuestion.shape.prompt }),
])
export type DeskTask = z.infer<typeof DeskTask>

/** What a picture file tells: our whole recipe, what another program states of its own, or nothing. */
export const FoundRecipe = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('whole'), recipe: Recipe }),
  z.object({ kind: z.literal('partial'), recipe: PartialRecipe }),
  z.object({ kind: z.literal('none'), why: z.string() }),
])
export type FoundRecipe = z.infer<typeof FoundRecipe>

/** Main → desk. */
export const ToDesk = z.object({ ask: z.number().int(), task: DeskTask })
export type ToDesk = z.infer<typeof ToDesk>

/** Desk → main. `found` is for recipes, `kept` for pictures to start from, `length` for prompts. */
export const FromDesk = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('done'),
    ask: z.number().int(),
    found: FoundRecipe.optional(),
    kept: StartPicture.optional(),
    length: PromptLength.optional(),
  }),
  z.object({ is: z.literal('failed'), ask: z.number().int(), failure: Failure }),
])
export type FromDesk = z.infer<typeof FromDesk>
