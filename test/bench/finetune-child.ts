import { readFileSync } from 'node:fs'
import type { RunEstimate } from '../../shared/schema/run'
import { finetune, type FinetuneTask } from '../../src-main/engine/jobs/finetune/finetune'
import { rehearse } from '../../src-main/engine/jobs/finetune/rehearse'
import { peakMemory } from '../support/peak-memory'

/** One training in a process of its own, its pictures encoded before in another: prints what was expected of it and what it took. */
const { task, encodeOnly } = JSON.parse(process.argv[2] ?? '{}') as { readonly task: FinetuneTask; readonly encodeOnly: boolean }
const { signal } = new AbortController()

if (encodeOnly) {
  // Leaves before the estimate, which would keep the pace it measures.
  for await (const { is, ...news } of rehearse(task, signal))
    if (is === 'encoding' && 'done' in news) console.error(news.done, news.of)
} else {
  const [, before = '0'] = /^Pss:\s+(\d+) kB/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8')) ?? []
  let estimate: RunEstimate | undefined
  let [began, seconds] = [0, 0]
  const { pss } = await peakMemory(async () => {
    for await (const news of finetune(task, signal)) {
      if (news.is === 'estimate') estimate = news.estimate
      if (news.is === 'begun') began = performance.now()
      if (news.is === 'finished') seconds = (performance.now() - began) / 1000
    }
  })
  console.log(JSON.stringify({ peak: pss + Number(before) * 1024, estimate, seconds }))
}
