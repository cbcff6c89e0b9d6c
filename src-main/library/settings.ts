import { defaultSettings, settingsRecord, type Settings, type SettingsPatch } from '#shared/schema/settings'
import { readableRecords } from './record'
import type { Sqlite } from './sqlite'

/** The studio's settings. Damaged or newer ones are not overwritten until something is changed; the defaults show meanwhile. */
export class SettingsStore {
  constructor(private readonly db: Sqlite) {}

  get(): Settings {
    const row = this.db.get(`SELECT json FROM records WHERE name = 'settings'`)
    return (row === undefined ? undefined : readableRecords(settingsRecord, [row])[0]) ?? defaultSettings
  }

  set(patch: SettingsPatch): Settings {
    return this.db.transaction(() => {
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
      const next: Settings = { ...this.get(), ...given }
      this.db.run(`INSERT OR REPLACE INTO records (name, json) VALUES ('settings', ?)`, JSON.stringify(next))
      return next
    })
  }
}
