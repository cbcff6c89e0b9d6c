import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { f32, i64, type Tensor } from '../../src-main/engine/ir/tensor'
import { encodePng } from '../../src-main/engine/images/png-write'
import { picture } from '../../src-main/engine/images/picture'
import { writeSafetensors } from '../../src-main/engine/weights/write-safetensors'
import { Library } from '../../src-main/library/library'
import { fixturePath, fixtureTensors } from '../support/fixtures'
import { writeModelFolder } from '../support/model-folder'
import { temporaryFolder } from '../support/temporary-folder'
import { run } from '../../src-main/cli/program'

const folder = temporaryFolder()
const at = (...parts: string[]): string => join(folder, ...parts)
const home = at('home')
const [tiny, classes] = [at('models', 'tiny'), at('models', 'classes')]

beforeAll(async () => {
  await writeModelFolder(tiny, 'tiny')
  await writeModelFolder(classes, 'classes')
})
beforeEach(() => {
  process.env['TIM_HOME'] = home
  process.env['TIM_STARTER'] = tiny
})

/** Runs one command line as the process would. */
async function tim(...args: string[]): Promise<{ code: number; out: string[]; said: string }> {
  const out: string[] = []
  const said: string[] = []
  const code = await run(args, { answer: (line) => out.push(line), tell: (line) => said.push(line), screen: undefined })
  return { code, out, said: said.join('\n') }
}

/** A refusal says what is wrong and what to do, and answers nothing. */
async function refusal(code: number, message: RegExp, ...args: string[]): Promise<void> {
  const { code: found, out, said } = await tim(...args)
  expect(said).toMatch(message)
  expect(said).not.toMatch(/something went wrong inside|\n {4}at /)
  expect(said.trim().split('\n').length).toBeGreaterThan(1)
  expect(found).toBe(code)
  expect(out).toEqual([])
}

const pictures = (): number => {
  const library = Library.open(home, 'a test')
  const { total } = library.history.page({ search: '', cursor: null, pictures: 1 })
  library.close()
  return total
}

describe('values of options', () => {
  test.each([
    ['--nfe', '0', 'whole number from 1 to 1000'],
    ['--nfe', '1000000', 'whole number from 1 to 1000'],
    ['--nfe', 'NaN', 'whole number'],
    ['--cfg', 'NaN', 'number from 0 to 100'],
    ['--cfg', 'Infinity', 'number from 0 to 100'],
    ['--seed', '-1', 'whole number from 0'],
    ['--count', '65', 'whole number from 1 to 64'],
    ['--size', 'NaN', 'WIDTHxHEIGHT'],
    ['--cfg-interval', 'NaN-1', 'LOW-HIGH'],
    ['--stochasticity', 'NaN', 'number from 0 to 100'],
    ['--provider', 'gpu', 'cpu, webgpu'],
  ])('%s %s', async (option, value, allowed) => {
    await refusal(2, new RegExp(`'${option} .*'${value}' is invalid.*${allowed}`), 'generate', 'x', option, value)
  })

  test('unknown commands and options', async () => {
    await refusal(2, /unknown command 'draw'/, 'draw')
    await refusal(2, /unknown option '--steps'/, 'generate', 'x', '--steps', '8')
  })
})

describe('prompts, classes and sizes', () => {
  test('sides that the model cannot draw name the nearest it can', async () => {
    await refusal(2, /width of 100 .*multiple of 16.*\n.*96/, 'generate', 'x', '--size', '100x32')
    await refusal(2, /height of 8000 .*from 16 to 96/, 'generate', 'x', '--size', '32x8000')
    await refusal(2, /width/, 'generate', 'x', '--size', '999999x32')
  })

  test('empty, missing and endless prompts', async () => {
    await refusal(2, /prompt is empty/, 'generate', '  ')
    await refusal(2, /no prompt/, 'generate')
    await refusal(2, /prompt has 100000 characters.*\n.*20000/, 'generate', 'a'.repeat(100_000))
    await refusal(2, /--negative has 100000 characters/, 'generate', 'x', '--negative', 'a'.repeat(100_000))
  })

  test('classes are named by number or name, and only where there are any', async () => {
    await refusal(2, /has no classes/, 'generate', '--class', '2')
    process.env['TIM_STARTER'] = classes
    await refusal(2, /draws classes, not prompts/, 'generate', 'a fox')
    await refusal(2, /no class '4'/, 'generate', '--class', '4')
    await refusal(2, /no class 'fox' alone.*\n.*0 red fox.*1 arctic fox/, 'generate', '--class', 'fox')
    const { code, out } = await tim('generate', '--class', 'Vulpes vulpes', '--seed', '1', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out[0]!).pictures[0].recipe.classId).toBe(0)
  })
})

describe('models', () => {
  const copyOf = (name: string): string => {
    cpSync(tiny, at('models', name), { recursive: true })
    return (process.env['TIM_STARTER'] = at('models', name))
  }
  const weights = ['transformer', 'model.safetensors']

  test('one that is not installed', async () => {
    await refusal(2, /no model 'flux'.*\n.*Installed: tiny/, 'generate', 'x', '--model', 'flux')
    process.env['TIM_STARTER'] = at('nowhere')
    await refusal(1, /No model is installed/, 'generate', 'x')
  })

  test('truncated weights', async () => {
    truncateSync(join(copyOf('truncated'), ...weights), 5000)
    await refusal(1, /truncated.transformer.*5000 bytes/s, 'generate', 'x')
  })

  test('weights with a damaged header', async () => {
    const file = join(copyOf('damaged'), ...weights)
    const bytes = readFileSync(file)
    bytes.fill(0x7b, 8, 60)
    writeFileSync(file, bytes)
    await refusal(1, /damaged.transformer.*header/s, 'generate', 'x')
  })

  test('a missing part, a damaged config, a damaged manifest', async () => {
    rmSync(join(copyOf('headless'), 'decoder'), { recursive: true })
    await refusal(1, /headless.decoder.*does not exist/s, 'generate', 'x')
    writeFileSync(join(copyOf('unclear'), 'transformer', 'config.json'), '{"hidden_size": "wide", "cap_feat_dim": 32}')
    await refusal(1, /unclear.transformer.config.json/, 'generate', 'x')
    writeFileSync(join(copyOf('nameless'), 'model.json'), '{"format":')
    await refusal(1, /nameless.model.json/, 'generate', 'x')
  })
})

describe('pictures to start from', () => {
  test('none, no PNG, a PNG without a recipe, a truncated one', async () => {
    await refusal(1, /nothing.png does not exist/, 'generate', '--from', at('nothing.png'))
    writeFileSync(at('text.png'), 'hello')
    await refusal(1, /text.png/, 'generate', '--from', at('text.png'))
    writeFileSync(at('bare.png'), encodePng(picture(2, 2, new Uint8Array(12))))
    await refusal(1, /bare.png carries no recipe/, 'generate', '--from', at('bare.png'))
    const { out } = await tim('generate', 'a truncated picture', '--seed', '3')
    copyFileSync(out[0]!, at('cut.png'))
    truncateSync(at('cut.png'), 200)
    await refusal(1, /cut.png/, 'generate', '--from', at('cut.png'))
  })

  test('one whose model is not installed', async () => {
    process.env['TIM_STARTER'] = classes
    const { out } = await tim('generate', '--class', '1')
    process.env['TIM_STARTER'] = tiny
    await refusal(1, /model “classes” is not installed/, 'generate', '--from', out[0]!)
  })

  test('a picture is drawn again byte for byte, alone or in a series', async () => {
    const first = await tim(
      'generate',
      'again',
      '--seed',
      '9',
      '--count',
      '2',
      '--size',
      '48x32',
      '--nfe',
      '3',
      '--stochasticity',
      '0.2',
    )
    for (const file of first.out) {
      const again = await tim('generate', '--from', file)
      expect(again.out[0]).not.toBe(file)
      expect(readFileSync(again.out[0]!)).toEqual(readFileSync(file))
    }
  })
})

describe('places to write to', () => {
  test('an --out that is a file, or lies below one, is refused before anything is drawn', async () => {
    const before = pictures()
    writeFileSync(at('file'), '')
    await refusal(1, /file/, 'generate', 'x', '--out', at('file'))
    await refusal(1, /file/, 'generate', 'x', '--out', at('file', 'below'))
    await refusal(2, /--trajectory needs a folder/, 'generate', 'x', '--trajectory')
    expect(pictures()).toBe(before)
  })

  test('a data folder that cannot be made', async () => {
    writeFileSync(at('blocked'), '')
    process.env['TIM_HOME'] = at('blocked', 'home')
    await refusal(1, /blocked/, 'generate', 'x')
  })

  test('nothing is overwritten in --out', async () => {
    const args = ['generate', 'twice', '--seed', '5', '--out', at('out'), '--trajectory']
    const files = [...(await tim(...args)).out, ...(await tim(...args)).out]
    expect(files).toEqual([at('out', 'twice-5-0.png'), at('out', 'twice-5-0-2.png')])
    expect(readdirSync(at('out', 'twice-5-0-2-steps'))).toEqual(['0000.png', '0001.png'])
  })
})

describe('probe', () => {
  const model = fixturePath('tim-t2i')
  const cases = fixtureTensors('tim-t2i')
  const inputs = (change: Record<string, Tensor | undefined> = {}): Record<string, Tensor> => {
    const given = { ...Object.fromEntries(['x', 't', 'r', 'y'].map((name) => [name, cases.read(`1.${name}`)])), ...change }
    return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, Tensor] => entry[1] !== undefined))
  }
  const refused = async (message: RegExp, change: Record<string, Tensor | undefined>, code = 1): Promise<void> => {
    await writeSafetensors(at('in.safetensors'), inputs(change))
    await refusal(
      code,
      message,
      'probe',
      'transformer',
      '--model',
      model,
      '--in',
      at('in.safetensors'),
      '--out',
      at('out.safetensors'),
    )
    expect(readdirSync(folder)).not.toContain('out.safetensors')
  }

  test('tensors that do not fit say which were expected', async () => {
    await refused(/'x' .* is f32\(1, 7, 3, 5\), expected f32\(B, 8, H, W\)/, { x: f32([1, 7, 3, 5], new Float32Array(105)) })
    await refused(/'t' .* is f32\(2\), expected f32\(B = 1\)/, { t: f32([2], [0, 1]) })
    await refused(/'t' .* is i64\(1\), expected f32/, { t: i64([1], [1]) })
    await refused(/no tensor 'r'/, { r: undefined })
    await refused(/'extra' that is not expected/, { extra: f32([1], [1]) })
    await refused(/'y' .* expected f32\(B = 1, M, 48\)/, { y: f32([1, 3, 47], new Float32Array(141)) })
  })

  test('components, options and folders that do not exist', async () => {
    await refusal(2, /no component 'unet'.*\n.*transformer/, 'probe', 'unet')
    await refusal(2, /needs --in/, 'probe', 'transformer', '--model', model, '--out', at('x'))
    const whole = ['probe', 'transformer', '--model', model, '--in', at('in.safetensors'), '--out', at('x'), '--options']
    await refusal(2, /Unknown option 'steps'.*\n.*new_condition/, ...whole, '{"steps": 3}')
    await refusal(2, /'new_condition'/, ...whole, '{"new_condition": "s"}')
    await refusal(2, /not JSON.*\n.*NaN/, ...whole, '{"new_condition": NaN}')
    await refusal(
      1,
      /nowhere.*does not exist/,
      'probe',
      'transformer',
      '--model',
      at('nowhere'),
      '--in',
      at('in.safetensors'),
      '--out',
      at('x'),
    )
    await refusal(2, /no provider 'gpu'/, ...whole.slice(0, -1), '--provider', 'gpu')
  })

  test('a good one answers in the file alone', async () => {
    await writeSafetensors(at('in.safetensors'), inputs())
    const { code, out } = await tim(
      'probe',
      'transformer',
      '--model',
      model,
      '--in',
      at('in.safetensors'),
      '--out',
      at('good.safetensors'),
    )
    expect({ code, out }).toEqual({ code: 0, out: [] })
  })
})

describe('run files', () => {
  const runFile = (content: unknown): string => {
    writeFileSync(at('run.json'), typeof content === 'string' ? content : JSON.stringify(content))
    return at('run.json')
  }
  const good = { name: 'a-run', pictures: 'pictures', training: { steps: 2, batch: 2 } }

  test('what is wrong in them is named', async () => {
    await refusal(1, /absent.json does not exist/, 'train', at('absent.json'))
    await refusal(1, /run.json is damaged/, 'train', runFile('{'))
    await refusal(1, /training.steps/, 'train', runFile({ ...good, training: { steps: 0, batch: 2 } }))
    await refusal(1, /learning_rate/, 'train', runFile({ ...good, training: { ...good.training, learning_rate: 1 } }))
    await refusal(1, /name/, 'train', runFile({ ...good, name: '../escape' }))
  })

  test('a run without pictures or without a checkpoint', async () => {
    mkdirSync(at('pictures'), { recursive: true })
    await refusal(1, /holds no pictures/, 'train', runFile(good))
    await refusal(1, /no checkpoint/, 'train', runFile(good), '--resume')
  })

  test('--check fills in the defaults and trains nothing', async () => {
    const { code, out } = await tim('train', runFile(good), '--check')
    expect(code).toBe(0)
    expect(JSON.parse(out[0]!).training.adamw.betas).toEqual([0.9, 0.95])
  })
})
