import { OFFICIAL_HUB } from './catalogue'

/** The first address that is given, in the order of their weight; empty where none is, or where it is the hub's own. */
export function mirrorFrom(...addresses: readonly (string | undefined)[]): string {
  const given = addresses.find((address) => address !== undefined && address.trim() !== '')?.trim() ?? ''
  return given.replace(/\/+$/, '') === OFFICIAL_HUB ? '' : given
}
