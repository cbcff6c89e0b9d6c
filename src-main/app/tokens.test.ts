import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/temporary-folder'
import { Tokens, type Vault } from './tokens'

const TOKEN = 'hf_abcdefghijkl'
const folder = temporaryFolder()
/** A keyring that seals by turning every byte over. */
const vault = (backend: string, available = true): Vault => ({
  isEncryptionAvailable: () => available,
  encryptString: (plain) => Buffer.from(Buffer.from(plain).map((byte) => byte ^ 0xff)),
  decryptString: (sealed) => {
    const plain = Buffer.from(sealed.map((byte) => byte ^ 0xff)).toString()
    if (!plain.startsWith('hf_')) throw new Error('sealed by another user')
    return plain
  },
  getSelectedStorageBackend: () => backend,
})
const file = join(folder, 'token')

test('a token is kept sealed, for this user alone, until it is forgotten', () => {
  const tokens = new Tokens(vault('gnome_libsecret'), file)
  expect([tokens.objection, tokens.has(), tokens.read()]).toEqual([null, false, undefined])
  tokens.keep(TOKEN)
  expect([tokens.has(), tokens.read()]).toEqual([true, TOKEN])
  expect(readFileSync(file, 'latin1')).not.toContain('hf_')
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(new Tokens(vault('basic_text'), file).read()).toBeUndefined()
  writeFileSync(file, 'of another machine')
  expect(tokens.read()).toBeUndefined()
  tokens.forget()
  expect(existsSync(file)).toBe(false)
})

test.each([
  ['basic_text', true, 'plain text'],
  ['unknown', false, 'locked or missing'],
])('with the keyring %s nothing is kept, and it says why', (backend, available, why) => {
  const tokens = new Tokens(vault(backend, available), file)
  expect(tokens.objection).toContain(why)
  expect(() => tokens.keep(TOKEN)).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ code: 'not-kept' }) as unknown }),
  )
  expect(existsSync(file)).toBe(false)
})
