import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { discardAbandoned } from './abandoned'

const DAY = 24 * 3600 * 1000
const now = Date.now()

it('clears what was left for two weeks, and what was being removed; what may go on stays', async () => {
  const models = temporaryFolder()
  const make = (name: string, days: number, fileDays = days): string => {
    const path = join(models, name)
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'model.safetensors'), 'weights')
    const [own, inner] = [days, fileDays].map((age) => new Date(now - age * DAY)) as [Date, Date]
    utimesSync(join(path, 'model.safetensors'), inner, inner)
    utimesSync(path, own, own)
    return path
  }
  const old = [make('components/.aa.partial', 15), make('.m.partial', 20), make('components/.bb.removed.partial', 0)]
  const kept = [
    make('components/.cc.partial', 13),
    make('components/.dd.partial', 30, 1),
    make('components/ee', 90),
    make('m', 90),
  ]
  await discardAbandoned(models, now)
  expect(old.map((path) => existsSync(path))).toEqual([false, false, false])
  expect(kept.map((path) => existsSync(path))).toEqual([true, true, true, true])
  await discardAbandoned(join(models, 'nowhere'))
})
