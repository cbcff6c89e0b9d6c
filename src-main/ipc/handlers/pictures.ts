import { FailureError, type Failure } from '#shared/ipc/failure'
import type { Generation } from '#shared/schema/generation'
import type { GenerationId } from '#shared/schema/id'
import type { Desk } from '../../engine-host/desk'
import type { PictureExchange } from '../../engine-host/picture-exchange'
import type { Library } from '../../library/library'
import type { HandlersOf } from '../answer'
import type { ChosenPaths } from '../chosen-paths'

/** What of the desktop is used for pictures. */
export interface Desktop {
  /** Where a copy of this name should go; null when the user does not say. */
  chooseFile(name: string): Promise<string | null>
  chooseFolder(): Promise<string | null>
  /** Shows a file in the system's file manager. */
  reveal(file: string): void
  /** Puts a picture file onto the clipboard. */
  copy(file: string): Promise<void>
  /** Lets the user drag files from the window into another program. */
  drag(files: readonly string[], icon: string): void
  /** A picture on the clipboard as a file, or the text that is there. */
  paste(): Promise<{ readonly file: string } | { readonly text: string } | null>
}

/** `readText` reads a recipe out of a text that another program wrote. */
export function pictureHandlers(
  library: Library,
  exchange: PictureExchange,
  desk: Pick<Desk, 'recipeIn' | 'recipeInText'>,
  desktop: Desktop,
  chosen: ChosenPaths,
): HandlersOf<'pictures'> {
  const some = (ids: readonly GenerationId[]): Generation[] => {
    const found = library.generations.some(ids)
    if (found.length === 0) throw new FailureError(gone)
    return found
  }
  return {
    'pictures/export': async ({ ids, ...options }) => {
      const pictures = some(ids)
      const [first] = pictures
      if (pictures.length === 1 && first !== undefined) {
        const file = await desktop.chooseFile(exchange.nameOf(first, options.format))
        if (file === null) return { saved: 0 }
        await exchange.copyTo(file, first, options)
        return { saved: 1 }
      }
      const folder = await desktop.chooseFolder()
      return { saved: folder === null ? 0 : (await exchange.copyInto(folder, pictures, options)).length }
    },
    'pictures/reveal': ({ id }) => desktop.reveal(library.files.fileOf(library.generations.get(id).id)),
    'pictures/copy': async ({ id }) => desktop.copy(library.files.fileOf(library.generations.get(id).id)),
    'pictures/drag': async ({ ids }) => {
      const [first] = some(ids)
      const files = await exchange.lend(ids)
      if (first !== undefined) desktop.drag(files, files[0] ?? '')
    },
    'pictures/recipe': async ({ path }) => {
      chosen.check(path, 'path')
      return desk.recipeIn(path)
    },
    'pictures/paste': async () => {
      const pasted = await desktop.paste()
      if (pasted === null) return { found: { kind: 'none' as const, why: 'There is no picture on the clipboard.' }, path: null }
      if ('text' in pasted) return { found: await desk.recipeInText(pasted.text), path: null }
      chosen.add([pasted.file])
      return { found: await desk.recipeIn(pasted.file), path: pasted.file }
    },
  }
}

const gone: Failure = {
  code: 'not-found',
  what: 'picture',
  message: 'These pictures are no longer in the library.',
  remedy: 'They were deleted, here or in another window of the studio.',
}
