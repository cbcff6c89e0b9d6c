import { expect, test } from '@playwright/test'
import { launch } from '../support/launch'

test('the studio opens one window, whose page has no way to Node', async () => {
  const studio = await launch()
  try {
    expect(studio.app.windows()).toHaveLength(1)
    const reach = await studio.page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
    )
    expect(reach).toEqual([])
    await studio.page.screenshot({ path: 'test-results/launch.png' })
  } finally {
    await studio.close()
  }
})
