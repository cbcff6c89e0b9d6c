import { expect, test, type Page } from '@playwright/test'
import { PAGE } from '../../src-main/app/address'
import { smallModel } from '../support/e2e-model'
import { launch, type Studio } from '../support/launch'

test.setTimeout(300_000)

let model: Awaited<ReturnType<typeof smallModel>>
let studio: Studio

test.beforeAll(async () => {
  model = await smallModel()
  studio = await launch({ env: model.env })
})
test.afterAll(async () => {
  await studio.close()
  await model.remove()
})

/** A mark that is gone when the page is loaded anew. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { stillHere: true }))
const isMarked = (page: Page): Promise<boolean> => page.evaluate(() => 'stillHere' in window)

test('the page stays where it is', async () => {
  const { page, app } = studio
  await mark(page)
  await page.evaluate(() => {
    location.href = 'https://example.org/'
    window.open('https://example.org/')
    window.open('tim://app/index.html')
    location.href = 'file:///etc/passwd'
    const link = document.createElement('a')
    link.href = 'tim://app/other.html'
    link.click()
  })
  for (const key of ['F5', 'Control+r', 'Control+Shift+r']) await page.keyboard.press(key)
  expect(await isMarked(page)).toBe(true)
  expect(page.url()).toBe(PAGE)
  expect(app.windows()).toHaveLength(1)
})

test('a file dropped on the window does not open in it', async () => {
  const { page } = studio
  await mark(page)
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: ['/etc/passwd'], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 700, y: 400, data })
  }
  expect(await isMarked(page)).toBe(true)
  expect(page.url()).toBe(PAGE)
})

test('the page reaches no network, no file, no permission', async () => {
  const { page } = studio
  const tried = await page.evaluate(async () => {
    const fails = async (work: () => Promise<unknown>): Promise<boolean> =>
      work().then(
        () => false,
        () => true,
      )
    const image = async (src: string): Promise<void> => {
      const img = new Image()
      img.src = src
      await img.decode()
    }
    return {
      fetch: await fails(() => fetch('https://example.org/')),
      local: await fails(() => fetch('http://127.0.0.1:1/')),
      ownFetch: await fails(() => fetch('tim://app/index.html')),
      image: await fails(() => image('https://example.org/a.png')),
      file: await fails(() => image('file:///usr/share/pixmaps/debian-logo.png')),
      climb: await fails(() => image('tim://image/..%2F..%2F..%2Fetc%2Fpasswd')),
      unknown: await fails(() => image(`tim://image/${'0'.repeat(26)}`)),
      camera: await fails(() => navigator.mediaDevices.getUserMedia({ video: true })),
      notifications: (await Notification.requestPermission()) !== 'granted',
      evaluation: await fails(async () => Promise.resolve(new Function('return 1')())),
    }
  })
  expect(Object.entries(tried).filter(([, refused]) => !refused)).toEqual([])
})

test('requests that are not in the contract, or do not hold, are failures', async () => {
  const { page } = studio
  const answers = await page.evaluate(async () => {
    type Call = (name: string, input?: unknown) => Promise<{ ok: boolean; failure?: { code: string } }>
    const { call } = (window as unknown as { studio: { call: Call } }).studio
    return [
      await call('app/quit'),
      await call('__proto__'),
      await call('history/get', { id: '../../library.sqlite' }),
      await call('generate/start', { recipe: { model: '/etc' }, count: 1e9 }),
    ]
  })
  expect(answers.map(({ ok, failure }) => [ok, failure?.code])).toEqual([
    [false, 'internal'],
    [false, 'internal'],
    [false, 'bad-input'],
    [false, 'bad-input'],
  ])
})
