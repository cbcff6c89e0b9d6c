import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { FailureError } from '#shared/ipc/failure'

/** What of Electron's safeStorage is used here. */
export interface Vault {
  isEncryptionAvailable(): boolean
  encryptString(plain: string): Buffer
  decryptString(sealed: Buffer): string
  /** Linux only: which keyring is behind it; `basic_text` seals with a key that everybody knows. */
  getSelectedStorageBackend?(): string
}

/**
 * The access token of the hub, sealed by the system's keyring and kept in one file that only this user may read. Where the system can
 * do no better than plain text it is not kept at all. It never leaves main but for the process that uses it.
 */
export class Tokens {
  constructor(
    private readonly vault: Vault,
    private readonly file: string,
  ) {}

  /** Why no token can be kept here; null where one can. */
  get objection(): string | null {
    const backend = this.vault.getSelectedStorageBackend?.()
    if (backend === 'basic_text') {
      return 'This system has no keyring that TiM Studio can use, so that a token would lie on the disk as plain text.'
    }
    return this.vault.isEncryptionAvailable() ? null : 'This system’s keyring is locked or missing.'
  }

  has(): boolean {
    return existsSync(this.file)
  }

  /** Throws a FailureError where it is no token, or none can be kept. */
  keep(token: string): void {
    const why = this.objection
    if (why !== null) {
      const remedy =
        'Install or unlock a keyring (GNOME Keyring, KWallet) and restart TiM Studio, or download with `tim models download`, which reads HF_TOKEN.'
      throw new FailureError({ code: 'not-kept', message: why, remedy })
    }
    writeFileSync(this.file, this.vault.encryptString(token), { mode: 0o600 })
  }

  forget(): void {
    rmSync(this.file, { force: true })
  }

  /** The token; undefined where there is none, or this system can no longer open it. */
  read(): string | undefined {
    if (!this.has() || this.objection !== null) return undefined
    try {
      return this.vault.decryptString(readFileSync(this.file))
    } catch {
      return undefined
    }
  }
}
