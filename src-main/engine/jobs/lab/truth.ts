import { f32 } from '../../ir/tensor'
import type { Evaluator } from '../../scoring/evaluator'
import type { Features } from '../../scoring/frechet'
import { openModelFolder } from '../../weights/manifest'
import { openDecoder } from '../generate/open-decoder'
import type { LabBench } from './experiment'
import { lookAt } from './looks'
import { joinRows } from './numbers'

/** Latents decoded at a time, between two chances to stop. */
const PART = 8

/**
 * Features of what Fréchet distances are measured against: latents, decoded by the embedded model as a network's own would be, so that a
 * distance says what the network adds. Calls `progress` between parts.
 */
export async function truthFeatures(
  { task, set }: LabBench,
  evaluator: Evaluator,
  latents: readonly Float32Array[],
  progress: (share: number) => Promise<void>,
): Promise<Features> {
  const decoder = openDecoder(openModelFolder(task.evaluator), threadsOf(task))
  const rows: Float32Array[] = []
  try {
    for (let at = 0; at < latents.length; at += PART) {
      await progress(at / latents.length)
      const pictures = []
      for (const latent of latents.slice(at, at + PART)) pictures.push(await decoder.decode(f32([1, ...set.shape], latent)))
      for (const { opinion } of await lookAt(evaluator, pictures)) rows.push(opinion.features.slice())
    }
  } finally {
    await decoder.release()
  }
  return { rows: joinRows(rows), width: rows[0]?.length ?? 0 }
}

/** `count` latents of the set, evenly chosen. */
export function spreadLatents({ set }: Pick<LabBench, 'set'>, count: number): Float32Array[] {
  const { things, styles, backgrounds } = set
  const all = things.length * styles.length * backgrounds.length
  return Array.from({ length: Math.min(count, all) }, (_, i) => {
    const at = Math.floor((i * all) / Math.min(count, all))
    const [thing, rest] = [Math.floor(at / (styles.length * backgrounds.length)), at % (styles.length * backgrounds.length)]
    return set.latent(thing, Math.floor(rest / backgrounds.length), rest % backgrounds.length)
  })
}

/** The threads that a task asks for, as sessions take them. */
export function threadsOf({ threads }: LabBench['task']): { readonly threads?: number } {
  return threads === undefined ? {} : { threads }
}
