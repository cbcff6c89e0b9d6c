import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { openModelFolder } from '../../src-main/engine/weights/manifest'
import { writeDiffusersFolder, writeShardedGemma, writeTorchCheckpoint } from '../support/published-files'
import { temporaryFolder } from '../support/temporary-folder'

/** An import in processes of its own that are killed in the middle, as by a power cut. */
const program = resolve(process.env['TIM_CLI'] ?? 'out/cli/tim.js')
const folder = temporaryFolder()
const at = (...parts: string[]): string => join(folder, ...parts)
const PATIENCE_MS = 180_000

/** Runs a command in a home; kills it as soon as it has said `killAt`. Gives what it said and how it ended. */
function tim(
  home: string,
  args: readonly string[],
  killAt?: string,
): Promise<{ code: number | null; signal: string | null; said: string }> {
  const env = { ...process.env, TIM_HOME: at(home), TIM_STARTER: at('none') }
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString()
    if (killAt !== undefined && said.includes(killAt)) child.kill('SIGKILL')
  })
  return new Promise((done) => child.on('close', (code, signal) => done({ code, signal, said })))
}

const order = ['models', 'import', '--transformer', at('t2i_model.bin'), '--vae', at('dc-ae'), '--text', at('gemma')]
const q8 = [...order, '--name', 'm', '--precision', 'q8']
const checksums = (home: string): unknown =>
  Object.entries(openModelFolder(at(home, 'models', 'm')).manifest.components).map(([role, { sha256 }]) => [role, sha256])

beforeAll(async () => {
  if (!existsSync(program)) throw new Error(`${program} is not built: npm test builds it before the tests run.`)
  writeTorchCheckpoint(at('t2i_model.bin'), 'tim-t2i', 'model')
  writeDiffusersFolder(at('dc-ae'), 'dc-ae')
  await writeShardedGemma(at('gemma'))
})

test(
  'killed while it writes, reads, converts and measures, an import goes on and ends with the same model',
  { timeout: PATIENCE_MS },
  async () => {
    const stages = [
      'writing the transformer',
      'hashing the autoencoder',
      'converting the transformer',
      'measuring the transformer',
      'hashing the text encoder',
    ]
    for (const stage of stages) {
      const { signal, said } = await tim('killed', q8, stage)
      expect(said).toContain(stage)
      expect(signal).toBe('SIGKILL')
      expect(existsSync(at('killed', 'models', 'm'))).toBe(false)
    }
    const last = await tim('killed', q8)
    expect(last).toMatchObject({ code: 0 })
    // What an earlier attempt had finished is not done again.
    expect(last.said).not.toContain('writing the transformer')
    expect(last.said).not.toContain('converting the transformer')
    expect((await tim('whole', q8)).code).toBe(0)
    expect(checksums('killed')).toEqual(checksums('whole'))
    expect((await tim('killed', ['models', 'verify', 'm'])).code).toBe(0)
    const left = readdirSync(at('killed', 'models'), { recursive: true, encoding: 'utf8' })
    // A list of checksums that was being written when the process died is a few hundred bytes; it is cleared with what is abandoned.
    expect(left.filter((name) => name.endsWith('.partial') && !name.includes('checksums.json'))).toEqual([])
  },
)
