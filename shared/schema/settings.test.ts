import { expect, test } from 'vitest'
import { defaultSettings, settingsRecord } from './settings'
import { readVersioned } from './versioned'

test('settings of version 1 know no mirror', () => {
  const { mirror: _, ...old } = { ...defaultSettings, version: 1, theme: 'dark' }
  expect(readVersioned(settingsRecord, old)).toEqual({ ok: true, value: { ...defaultSettings, theme: 'dark' } })
})

test('settings of version 2 know no workspaces and no adapters', () => {
  const { workspace: _, ...now } = defaultSettings
  const { adapters: __, ...draft } = { ...defaultSettings.draft, prompt: 'a red fox' }
  const lifted = { ...defaultSettings, draft: { ...draft, adapters: [] } }
  expect(readVersioned(settingsRecord, { ...now, version: 2, draft })).toEqual({ ok: true, value: lifted })
})

test('a mirror is an address of the web', () => {
  for (const mirror of ['', 'https://mirror.example', 'http://10.0.0.1:8080/hub'])
    expect(settingsRecord.schema.safeParse({ ...defaultSettings, mirror }).success, mirror).toBe(true)
  for (const mirror of ['mirror', 'file:///etc', 'javascript:alert(1)'])
    expect(settingsRecord.schema.safeParse({ ...defaultSettings, mirror }).success, mirror).toBe(false)
})
