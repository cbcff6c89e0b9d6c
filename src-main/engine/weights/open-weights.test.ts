import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutate, rounds, seededRandom } from '../../../test/support/mutate'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { EngineError } from '../ir/errors'
import { f32 } from '../ir/tensor'
import { openFolder, openShards, openWeights } from './open-weights'
import { writeSafetensors } from './write-safetensors'

const folder = temporaryFolder()
const STATE_DICT = join(import.meta.dirname, '../../../test/support/state-dict.pt')
const sharded = join(folder, 'sharded')
const index = join(sharded, 'model.safetensors.index.json')
await writeSafetensors(join(sharded, 'model-1.safetensors'), { a: f32([1], [1]) })
await writeSafetensors(join(sharded, 'model-2.safetensors'), { b: f32([1], [2]) })
const whole = JSON.stringify({ metadata: {}, weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors' } })

describe('a file of weights', () => {
  it('is told by its content', () => {
    expect(openWeights(join(sharded, 'model-1.safetensors')).read('a')).toEqual(f32([1], [1]))
    const renamed = join(folder, 'weights.safetensors')
    copyFileSync(STATE_DICT, renamed)
    expect(openWeights(renamed).tensors.size).toBe(4)
  })

  it('of old PyTorch is refused by name', () => {
    const path = join(folder, 'old.bin')
    writeFileSync(path, Buffer.from('8002 8a0a 6cfc 9c46 f920 6aa8 5019 2e'.replaceAll(' ', ''), 'hex'))
    expect(() => openWeights(path)).toThrow('old PyTorch')
  })

  it('is found in a folder under the usual names', () => {
    const component = join(folder, 'component')
    mkdirSync(component)
    expect(() => openFolder(component)).toThrow('holds no model.safetensors')
    copyFileSync(STATE_DICT, join(component, 'diffusion_pytorch_model.bin'))
    expect(openFolder(component).tensors.size).toBe(4)
  })
})

describe('shards', () => {
  it('gather the tensors of several files', () => {
    writeFileSync(index, whole)
    expect(openFolder(sharded).read('b')).toEqual(f32([1], [2]))
    expect(() => openFolder(sharded).read('c')).toThrow("has no tensor 'c'")
  })

  it.each(['../model-1.safetensors', '/etc/passwd', 'C:\\x.safetensors', '..', '.hidden.safetensors', 'a/b.safetensors', 7])(
    'may not lie at %s',
    (place) => {
      writeFileSync(index, JSON.stringify({ weight_map: { a: place } }))
      expect(() => openShards(index)).toThrow(expect.objectContaining({ code: 'weights.index' }))
    },
  )

  it('must hold what the index says', () => {
    writeFileSync(index, JSON.stringify({ weight_map: { c: 'model-1.safetensors' } }))
    expect(() => openShards(index)).toThrow(expect.objectContaining({ code: 'weights.missing-key' }))
    writeFileSync(index, JSON.stringify({ weight_map: { a: 'model-3.safetensors' } }))
    expect(() => openShards(index)).toThrow('does not exist')
  })

  it('with a damaged index are read or refused by name', () => {
    const random = seededRandom(31)
    for (let i = 0; i < rounds(200, 6000); i++) {
      writeFileSync(index, mutate(Buffer.from(whole), random))
      try {
        openShards(index)
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError)
      }
    }
  })
})
