import { z } from 'zod'
import { Provider } from './recipe'

/** Kernels that some drivers get wrong. */
export const FusedOp = z.enum(['MultiHeadAttention'])
export type FusedOp = z.infer<typeof FusedOp>

/** How a provider did in its self-tests on this machine. */
export const DeviceVerdict = z.object({
  provider: Provider,
  works: z.boolean(),
  /** How it did, or why it cannot be used, in words. */
  note: z.string().max(2000),
  /** Fused kernels that it computes rightly. */
  fused: z.array(FusedOp),
  /** Whether it computes in 16 bits. */
  f16: z.boolean(),
  /** Speed of a matrix product of a network's size; 0 where it does not work. */
  gflops: z.number().nonnegative(),
  /** Models that it failed with, by their folder, and how: they are drawn elsewhere. */
  refusals: z.record(z.string(), z.string()).optional(),
})
export type DeviceVerdict = z.infer<typeof DeviceVerdict>

/** Verdicts on every provider, for one state of runtime and drivers. */
export const DeviceReport = z.object({
  version: z.literal(1),
  /** What the verdicts hold for: they are taken anew when it changes. */
  machine: z.string(),
  verdicts: z.array(DeviceVerdict),
})
export type DeviceReport = z.infer<typeof DeviceReport>

/** What of this machine draws, for the person who sits before it. */
export const DeviceView = z.object({
  /** The processor as it calls itself. */
  processor: z.string(),
  cores: z.int().positive(),
  memoryBytes: z.number().positive(),
  /** Providers are being tested at the moment. */
  testing: z.boolean(),
  /** None until they were tested. */
  verdicts: z.array(DeviceVerdict),
})
export type DeviceView = z.infer<typeof DeviceView>

/** A provider, or whichever works and is fastest. */
export const ProviderChoice = z.union([z.literal('auto'), Provider])
export type ProviderChoice = z.infer<typeof ProviderChoice>

/** Providers in the order to try them for a choice: what was asked for or, left to the studio, what works, the fastest first; the CPU last. */
export function providersToTry(choice: ProviderChoice, verdicts: readonly DeviceVerdict[]): Provider[] {
  if (choice !== 'auto') return choice === 'cpu' ? ['cpu'] : [choice, 'cpu']
  const working = verdicts.filter(({ works, provider }) => works && provider !== 'cpu')
  const cpu = verdicts.find(({ provider }) => provider === 'cpu')?.gflops ?? 0
  const faster = working.filter(({ gflops }) => gflops > cpu).sort((a, b) => b.gflops - a.gflops)
  return [...faster.map(({ provider }) => provider), 'cpu']
}
