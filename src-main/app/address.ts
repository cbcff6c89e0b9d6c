/** The scheme of everything that the window loads. */
export const SCHEME = 'tim'
/** Host of the page and its files. */
export const APP_HOST = 'app'
/** Host of the library's images: `tim://image/<id>`. */
export const IMAGE_HOST = 'image'
/** Host of the pictures' small copies: `tim://small/<id>`. */
export const SMALL_HOST = 'small'

/** Host of the pictures that recipes start from: `tim://start/<sha256>`. */
export const START_HOST = 'start'

export const PAGE = `${SCHEME}://${APP_HOST}/index.html`

/** Whether an address or an origin is our own page's. */
export function isOurPage(url: string): boolean {
  return url === `${SCHEME}://${APP_HOST}` || url.startsWith(`${SCHEME}://${APP_HOST}/`)
}
