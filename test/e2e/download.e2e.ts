import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { DownloadState } from '../../shared/schema/download'
import type { Studio } from '../../shared/ipc/contract'
import { smallModel } from '../support/e2e-model'
import { HubServer } from '../support/hub-server'
import { launch } from '../support/launch'
import { publishedRepositories } from '../support/published'

declare global {
  interface Window {
    readonly studio: Studio
    downloadStates?: DownloadState[]
  }
}

test.setTimeout(300_000)

test('a released model is planned, fetched, imported and listed, in the real studio; nothing is asked before', async () => {
  const hub = await HubServer.start(publishedRepositories())
  const model = await smallModel()
  const home = await mkdtemp(join(tmpdir(), 'tim-home-'))
  const studio = await launch({ home, env: { ...model.env, HF_ENDPOINT: hub.url } })
  try {
    const { page } = studio
    const installed = () => page.evaluate(() => window.studio.call('models/list'))
    const offers = await page.evaluate(() => window.studio.call('downloads/offers'))
    expect(offers.ok && offers.value.map(({ name }) => name)).toEqual(['tim-t2i', 'tim-c2i-256', 'tim-c2i-512'])
    expect(await installed()).toMatchObject({ ok: true })
    expect(hub.seen).toEqual([])

    const plan = await page.evaluate(() => window.studio.call('downloads/plan', { model: 'tim-t2i', local: {} }))
    expect(plan).toMatchObject({ ok: true, value: { model: 'tim-t2i', hub: hub.url } })
    expect(hub.fetches('t2i_model.bin')).toEqual([])

    await page.evaluate(() => {
      window.downloadStates = []
      window.studio.on('downloads/changed', (state) => window.downloadStates?.push(state))
    })
    hub.faults.set('t2i_model.bin', [{ is: 'cut', after: 20_000 }])
    expect(await page.evaluate(() => window.studio.call('downloads/start', { model: 'tim-t2i' }))).toMatchObject({ ok: true })
    await expect
      .poll(async () => (await page.evaluate(() => window.downloadStates))?.at(-1), { timeout: 120_000 })
      .toMatchObject({ is: 'installed', name: 'tim-t2i' })
    const states = await page.evaluate(() => window.downloadStates?.map((state) => state.is))
    expect(states).toContain('running')
    const listed = await installed()
    expect(listed.ok && listed.value.find(({ name }) => name === 'tim-t2i')).toMatchObject({
      kind: 'text',
      state: { is: 'ready' },
    })
    expect((await readdir(join(home, 'models'))).sort()).toContain('tim-t2i')

    // Where the system has no keyring a token is refused, with the reason; where it has one it is kept sealed.
    const kept = await page.evaluate(() => window.studio.call('token/set', { token: 'hf_abcdefghijklmnop' }))
    const state = await page.evaluate(() => window.studio.call('token/state'))
    if (state.ok && state.value.objection !== null) expect(kept).toMatchObject({ ok: false, failure: { code: 'not-kept' } })
    else expect(kept).toMatchObject({ ok: true, value: { has: true } })
  } finally {
    await studio.close()
    await hub.close()
    await model.remove()
    await rm(home, { recursive: true, force: true })
  }
})
