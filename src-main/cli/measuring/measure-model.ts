import { cpus } from 'node:os'
import { benchmark, type Measured } from '../../engine/jobs/benchmark/benchmark'
import { listModels } from '../../engine/jobs/generate/list-models'
import { openModel } from '../../engine/jobs/generate/open-model'
import { dataFolder } from '../../library/folders'
import { Library } from '../../library/library'
import type { BenchOptions } from '../commands/bench'
import { chooseModel } from '../drawing/choose-model'
import { interruptible } from '../interrupt'
import { modelPlaces } from '../studio-places'
import type { Terminal } from '../terminal'

/** Measures the model that the options name, each line as it is known. Throws what is wrong, Interrupted on Ctrl-C. */
export async function measureModel(terminal: Terminal, options: BenchOptions): Promise<void> {
  const { folder, card } = await installed(options.model)
  const { width, height } = card.defaults
  const plan = {
    sizes: options.size ?? [{ width, height }],
    runs: options.runs,
    prompt: 'a red apple on a blue table',
    classId: card.kind === 'class' ? 0 : undefined,
  }
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`
  const provider = options.provider ?? 'cpu'
  terminal.tell(`${card.title} (${card.precision}, ${provider}) on ${machine}`)
  const rows: Measured[] = []
  await interruptible(async (signal) => {
    const open = () => openModel(folder, provider)
    for await (const row of benchmark(open, plan, () => performance.now(), signal)) {
      rows.push(row)
      if (options.json !== true) terminal.answer(line(row))
    }
  })
  if (options.json === true) terminal.answer(JSON.stringify({ model: card.name, sha256: card.sha256, provider, machine, rows }))
}

async function installed(name: string | undefined) {
  const library = Library.open(dataFolder(), 'the tim command line')
  try {
    return chooseModel(await listModels(modelPlaces(library.folders)), name, undefined)
  } finally {
    library.close()
  }
}

function line({ what, size, firstMs, ms }: Measured): string {
  const where = size === null ? '' : `${size.width} × ${size.height}`
  const first = firstMs > 1.2 * ms ? `  (first ${seconds(firstMs)})` : ''
  return `${what.padEnd(12)} ${where.padEnd(12)} ${seconds(ms).padStart(10)}${first}`
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(ms < 100 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`
}
