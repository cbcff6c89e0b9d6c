import { resolve } from 'node:path'
import { importModel } from '../../engine/jobs/models/import'
import type { ImportOptions } from '../commands/models'
import type { Terminal } from '../terminal'
import { errorsInWords } from './percent'
import { withLibrary } from './with-library'

/** Imports published files and prints the model's folder. Throws what is wrong, Interrupted on Ctrl-C. */
export async function importFiles(
  terminal: Terminal,
  { transformer, vae, text, tokenizer, kind, link, ...rest }: ImportOptions,
): Promise<void> {
  await withLibrary(terminal, async ({ library, teller, signal }) => {
    library.locks.need('downloads')
    const task = {
      kind: 'import' as const,
      ...rest,
      models: library.folders.models,
      transformer: resolve(transformer),
      autoencoder: resolve(vae),
      ...(text === undefined ? {} : { text: resolve(text) }),
      ...(tokenizer === undefined ? {} : { tokenizer: resolve(tokenizer) }),
      ...(kind === undefined ? {} : { expect: kind }),
      keep: link === true ? ('link' as const) : ('copy' as const),
    }
    await importModel(
      task,
      (news) => {
        teller.hear(news)
        if (news.is !== 'installed') return
        teller.stop()
        if (news.error !== undefined) terminal.tell(`${news.precision ?? ''}: ${errorsInWords(news.error, news.picture)}`)
        terminal.answer(news.folder)
      },
      signal,
    )
  })
}
