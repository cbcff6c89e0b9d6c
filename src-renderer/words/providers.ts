import type { ProviderChoice } from '#shared/schema/device'

const NAMES: Readonly<Record<ProviderChoice, string>> = {
  auto: 'The fastest',
  cpu: 'Processor',
  webgpu: 'Graphics card',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
}

/** What draws, as a person calls it. */
export function providerName(provider: string): string {
  return (NAMES as Readonly<Record<string, string>>)[provider] ?? provider
}
