import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ModelNews } from '#shared/engine/models'
import { fixturePath } from '../../../../test/support/fixtures'
import { writeDiffusersFolder, writeShardedGemma, writeTorchCheckpoint } from '../../../../test/support/published-files'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { openModelFolder } from '../../weights/manifest'
import { importModel } from './import'
import { paced } from './paced'
import { removeModel } from './remove'
import { verifyInstalled } from './verify'

/** What a library of models does when imports are stopped, repeated and undone. */
const folder = temporaryFolder()
const at = (...parts: string[]): string => join(folder, ...parts)
writeTorchCheckpoint(at('t2i_model.bin'), 'tim-t2i', 'model')
writeDiffusersFolder(at('dc-ae'), 'dc-ae')
await writeShardedGemma(at('gemma'))

function library(name: string): string {
  mkdirSync(at(name))
  return at(name)
}

const importInto = (models: string, name: string, tell: (news: ModelNews) => void = () => undefined, signal?: AbortSignal) =>
  importModel(
    { kind: 'import', models, name, transformer: at('t2i_model.bin'), autoencoder: at('dc-ae'), text: at('gemma'), keep: 'copy' },
    tell,
    signal,
  )

const componentsIn = (models: string): string[] => readdirSync(join(models, 'components')).filter((name) => !name.startsWith('.'))

describe('an import that is stopped', () => {
  it('leaves no model, and goes on with the parts that are whole', async () => {
    const models = library('stopped')
    const stop = new AbortController()
    const halt = (news: ModelNews): void => {
      if (news.is === 'doing' && news.part === 'text' && news.what === 'hashing') stop.abort(new Error('enough'))
    }
    await expect(importInto(models, 'm', halt, stop.signal)).rejects.toThrow('enough')
    expect(existsSync(join(models, 'm'))).toBe(false)
    expect(componentsIn(models)).toHaveLength(2)
    const doing: string[] = []
    await importInto(models, 'm', (news) => news.is === 'doing' && doing.push(`${news.what} ${news.part}`))
    expect(doing).not.toContain('writing transformer')
    expect(doing).not.toContain('hashing transformer')
    expect(openModelFolder(join(models, 'm')).manifest.kind).toBe('text')
    expect(readdirSync(join(models, 'components')).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('within a file leaves nothing of it', async () => {
    const models = library('cut')
    const stop = new AbortController()
    const halt = (news: ModelNews): void => {
      if (news.is === 'doing' && news.what === 'writing') stop.abort(new Error('enough'))
    }
    await expect(importInto(models, 'm', halt, stop.signal)).rejects.toThrow('enough')
    expect(componentsIn(models)).toEqual([])
    const [pending = ''] = readdirSync(join(models, 'components'))
    expect(readdirSync(join(models, 'components', pending))).toEqual(['config.json'])
  })
})

it('what a killed import was writing is cleared, and a damaged component made anew', async () => {
  const models = library('killed')
  const stop = new AbortController()
  const halt = (news: ModelNews): void => {
    if (news.is === 'doing' && news.what === 'writing') stop.abort(new Error('enough'))
  }
  await expect(importInto(models, 'm', halt, stop.signal)).rejects.toThrow('enough')
  const [pending = ''] = readdirSync(join(models, 'components'))
  writeFileSync(join(models, 'components', pending, '.model.safetensors.0.partial'), 'half')
  await importInto(models, 'm')
  for (const id of componentsIn(models)) {
    expect(
      readdirSync(join(models, 'components', id)).filter((name) => name.startsWith('.') || name.endsWith('.partial')),
    ).toEqual([])
  }
  const { manifest, folder: model } = openModelFolder(join(models, 'm'))
  rmSync(join(model, manifest.components.decoder?.folder ?? '', 'model.safetensors'))
  await importInto(models, 'again')
  await verifyInstalled({ model }, () => undefined)
})

describe('removing', () => {
  it('takes the parts that nobody else uses, and only those', async () => {
    const models = library('shared')
    await importInto(models, 'a')
    await importInto(models, 'b')
    expect(componentsIn(models)).toHaveLength(3)
    const remove = (name: string) => removeModel({ kind: 'remove', models, model: join(models, name) })
    expect((await remove('a')).kept.sort()).toEqual(['autoencoder', 'text', 'transformer'])
    expect(await verifyInstalled({ model: join(models, 'b') }, () => undefined)).toMatchObject({ files: 9 })
    const { freed, kept } = await remove('b')
    expect(kept).toEqual([])
    // The transformer was written anew; the others share their content with the published files.
    expect(freed).toBeGreaterThan(1_000_000)
    expect(componentsIn(models)).toEqual([])
    expect(readdirSync(at('gemma'))).toContain('tokenizer.json')
  })

  it('keeps every shared part where another manifest cannot be read', async () => {
    const models = library('doubtful')
    await importInto(models, 'a')
    mkdirSync(join(models, 'other'))
    writeFileSync(join(models, 'other', 'model.json'), '{"format": ')
    const { kept } = await removeModel({ kind: 'remove', models, model: join(models, 'a') })
    expect(kept).toHaveLength(3)
    expect(componentsIn(models)).toHaveLength(3)
  })

  it('removes a model whose manifest is broken, and refuses what is not the library’s', async () => {
    const models = library('broken')
    mkdirSync(join(models, 'bad'))
    writeFileSync(join(models, 'bad', 'model.json'), 'none')
    await removeModel({ kind: 'remove', models, model: join(models, 'bad') })
    expect(readdirSync(models)).toEqual([])
    await expect(removeModel({ kind: 'remove', models, model: fixturePath() })).rejects.toMatchObject({ code: 'models.embedded' })
  })
})

it('a file that is missing from an installed model is named', async () => {
  const models = library('damaged')
  await importInto(models, 'm')
  const { manifest, folder: model } = openModelFolder(join(models, 'm'))
  rmSync(join(model, manifest.components.text?.folder ?? '', 'tokenizer.json'))
  await expect(verifyInstalled({ model }, () => undefined)).rejects.toThrow(/tokenizer\.json does not exist/)
})

it('a tokenizer that knows more tokens than the text encoder is refused', async () => {
  const models = library('tokenizer')
  const { tinyGemmaTokenizer } = await import('../../../../test/support/tiny-gemma-tokenizer')
  const tokenizer = JSON.stringify(tinyGemmaTokenizer()).replaceAll('"▁":260', '"▁":9999')
  writeFileSync(at('tokenizer.json'), tokenizer)
  const task = {
    kind: 'import',
    models,
    transformer: at('t2i_model.bin'),
    autoencoder: at('dc-ae'),
    text: at('gemma'),
    keep: 'copy',
  } as const
  await expect(importModel({ ...task, tokenizer: at('tokenizer.json') }, () => undefined)).rejects.toThrow(
    /token 9999, but the text encoder knows 320/,
  )
})

it('progress is told at a pace, the ends of a stage always', () => {
  const told: ModelNews[] = []
  let time = 0
  const tell = paced(
    (news) => told.push(news),
    () => time,
  )
  for (let done = 0; done <= 10; done++, time += 30) tell({ is: 'doing', what: 'writing', part: 'text', done, total: 10 })
  expect(told.map((news) => news.is === 'doing' && news.done)).toEqual([0, 4, 8, 10])
})
