import { app, session, type Session } from 'electron'

/** Parts of Chromium that would speak to servers by themselves. */
const TALKATIVE = [
  'AutofillServerCommunication',
  'CertificateTransparencyComponentUpdater',
  'InterestFeedContentSuggestions',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'SpellcheckService',
  'Translate',
]

/**
 * The studio works without a network, and Chromium is kept from using one: no background traffic, and no name or address
 * leads anywhere. Call it before the app is ready.
 */
export function goOffline(): void {
  const { commandLine } = app
  for (const flag of [
    'disable-background-networking',
    'disable-breakpad',
    'disable-client-side-phishing-detection',
    'disable-component-update',
    'disable-default-apps',
    'disable-domain-reliability',
    'disable-sync',
    'no-pings',
    'no-proxy-server',
  ]) {
    commandLine.appendSwitch(flag)
  }
  commandLine.appendSwitch('disable-features', TALKATIVE.join(','))
  commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
  commandLine.appendSwitch('dns-over-https-mode', 'off')
}

/** Refuses every request but those for the studio's own scheme. Call it once the app is ready. */
export function refuseRequests(target: Session = session.defaultSession): void {
  target.setSpellCheckerEnabled(false)
  const own = ['tim:', 'data:', 'blob:', 'devtools:', 'chrome-extension:']
  target.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !own.includes(new URL(details.url).protocol) }))
}
