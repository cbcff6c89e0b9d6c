import { existsSync } from 'node:fs'
import { listModels } from '../../engine/jobs/generate/list-models'
import { dataFolder, foldersIn } from '../../library/folders'
import { Library } from '../../library/library'
import { explain } from '../explain'
import { modelPlaces } from '../studio-places'
import type { Finding } from './machine-report'

/** The library, who is at work in it, and the models. A library that was never used is not made. */
export async function libraryReport(): Promise<Finding[]> {
  if (!existsSync(foldersIn(dataFolder()).database)) {
    return [{ name: 'library', value: 'none yet: the first picture makes it' }]
  }
  let library: Library
  try {
    library = Library.open(dataFolder(), 'tim doctor')
  } catch (error) {
    return [{ name: 'library', value: explain(error).lines.join(' '), bad: true }]
  }
  try {
    const { total } = library.history.page({ search: '', cursor: null, pictures: 1 })
    const owners = (['queue', 'run'] as const).flatMap((name) => {
      const holder = library.locks.holder(name)
      return holder ? [`${holder.who} (process ${holder.pid}) owns the ${name}`] : []
    })
    const models = await listModels(modelPlaces(library.folders))
    return [
      {
        name: 'library',
        value: [`${total} pictures`, ...owners, ...(library.repair ? [library.repair] : [])].join('; '),
        bad: library.repair !== null,
      },
      ...(models.length === 0 ? [{ name: 'models', value: 'none installed', bad: true }] : []),
      ...models.map(({ card, folder }) => ({
        name: `model ${card.name}`,
        value:
          card.state.is === 'ready'
            ? `${card.title}, ${card.precision}, ${(card.bytes / 1e6).toFixed(1)} MB, ${folder}`
            : card.state.why,
        bad: card.state.is === 'broken',
      })),
    ]
  } finally {
    library.close()
  }
}
