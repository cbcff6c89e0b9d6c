import type { PictureError } from '#shared/schema/model'

/** A share for people: 0.12 %, 3.4 %, < 0.001 %. */
export function percent(share: number): string {
  const value = 100 * share
  if (value > 0 && value < 0.001) return '< 0.001 %'
  return `${Number(value.toPrecision(2))} %`
}

/** What a conversion costs, in a sentence. */
export function errorsInWords(pass: number, drawn?: PictureError): string {
  const picture = drawn && `, a picture of 8 steps by ${percent(drawn.picture ?? drawn.latent)}`
  return `one pass of the network differs by ${percent(pass)}${picture ?? ''}`
}

/** The same for a column of a table: of one pass, of a picture. */
export function errorsShort(pass: number, drawn?: PictureError): string {
  return [pass, ...(drawn ? [drawn.picture ?? drawn.latent] : [])].map(percent).join(', ')
}
