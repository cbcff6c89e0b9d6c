import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tensor } from '../../src-main/engine/ir/tensor'
import { openSafetensors } from '../../src-main/engine/weights/safetensors'
import { writeSafetensors } from '../../src-main/engine/weights/write-safetensors'
import { fixturePath } from './fixtures'
import { tinyGemmaTokenizer } from './tiny-gemma-tokenizer'
import { writeTorchFile } from './torch-checkpoint'

/** The fixtures' networks as files in the formats that the released ones are published in. */

/** The weights of a fixture by key. */
export function fixtureWeights(fixture: string): Record<string, Tensor> {
  const source = openSafetensors(fixturePath(fixture, 'model.safetensors'))
  return Object.fromEntries([...source.tensors.keys()].map((key) => [key, source.read(key)]))
}

/** A PyTorch file without config.json, like t2i_model.bin; `nest`: names of the dicts around the weights. */
export function writeTorchCheckpoint(path: string, fixture: string, ...nest: readonly string[]): void {
  mkdirSync(join(path, '..'), { recursive: true })
  const weights = fixtureWeights(fixture)
  writeTorchFile(
    path,
    nest.reduceRight<Parameters<typeof writeTorchFile>[1]>((tree, name) => ({ [name]: tree, step: 1000 }), weights),
  )
}

/** A folder of diffusers: config.json and diffusion_pytorch_model.safetensors. */
export function writeDiffusersFolder(folder: string, fixture: string): void {
  mkdirSync(folder, { recursive: true })
  cpSync(fixturePath(fixture, 'config.json'), join(folder, 'config.json'))
  cpSync(fixturePath(fixture, 'model.safetensors'), join(folder, 'diffusion_pytorch_model.safetensors'))
}

/** A folder of transformers: config.json, two shards with their index, tokenizer.json. `spell`: the keys. */
export async function writeShardedGemma(folder: string, spell = (key: string): string => key): Promise<void> {
  mkdirSync(folder, { recursive: true })
  cpSync(fixturePath('gemma3', 'config.json'), join(folder, 'config.json'))
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tinyGemmaTokenizer()))
  const entries = Object.entries(fixtureWeights('gemma3')).map(([key, value]) => [spell(key), value] as const)
  const half = Math.ceil(entries.length / 2)
  const shards = [entries.slice(0, half), entries.slice(half)]
  const map: Record<string, string> = {}
  for (const [i, shard] of shards.entries()) {
    const name = `model-0000${i + 1}-of-00002.safetensors`
    await writeSafetensors(join(folder, name), Object.fromEntries(shard))
    for (const [key] of shard) map[key] = name
  }
  writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: map }))
}
