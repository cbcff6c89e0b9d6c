import { expect, test } from 'vitest'
import { launch } from '../support/launch'
import { keeps, record, type Figure } from '../support/figures'

// A window needs a screen: `xvfb-run -a npm run bench window` where there is none.
test.runIf(process.platform !== 'linux' || process.env['DISPLAY'] !== undefined)('the window can be typed in', async () => {
  const times: number[] = []
  for (let i = 0; i < 4; i++) {
    const from = performance.now()
    const studio = await launch()
    await studio.page.getByRole('main', { name: 'Canvas' }).getByRole('textbox').fill('a')
    times.push((performance.now() - from) / 1000)
    await studio.close()
  }
  const figure: Figure = {
    what: 'from the start of the process to a prompt box that takes text',
    value: Math.min(...times),
    unit: 's',
    bar: { atMost: 1.5 },
    note: times.map((time) => time.toFixed(2)).join(', '),
  }
  record('window', [figure])
  expect(keeps(figure), figure.what).toBe(true)
})
