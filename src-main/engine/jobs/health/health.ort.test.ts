import { expect, test } from 'vitest'
import { checkProvider } from './check-provider'
import { isCarried } from './providers'

test('the CPU computes the tiny network as the host does', async () => {
  const check = await checkProvider('cpu')
  expect(check.error).toBeLessThan(1e-6)
})

test('a provider that another system has is named with what it needs', () => {
  expect(isCarried('coreml', 'linux-x64')).toEqual({
    carried: false,
    why: 'not part of the runtime for linux-x64: it needs a Mac with Apple silicon',
  })
  expect(isCarried('cpu', 'linux-x64')).toEqual({ carried: true })
  expect(isCarried('cpu', 'darwin-x64').carried).toBe(false)
})
