import { createRequire } from 'node:module'
import type * as Ort from 'onnxruntime-node'

/** What work gives, and how many sessions of the runtime it made. */
export async function sessionsMade<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly made: number }> {
  const { InferenceSession } = createRequire(import.meta.url)('onnxruntime-node') as typeof Ort
  const { create } = InferenceSession
  let made = 0
  InferenceSession.create = ((...given: Parameters<typeof create>) => {
    made++
    return create.apply(InferenceSession, given)
  }) as typeof create
  try {
    return { result: await work(), made }
  } finally {
    InferenceSession.create = create
  }
}
