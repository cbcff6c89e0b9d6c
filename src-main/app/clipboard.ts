import electron from 'electron'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** The clipboard as Electron had it before it took after the web's. */
interface FormerClipboard {
  availableFormats(): string[]
  read(format: string): string
  readBuffer(format: string): Buffer
  readImage(): { toPNG(): Buffer }
  readText(): string
  writeBuffer(format: string, bytes: Buffer): void
  writeImage(image: Electron.NativeImage): void
}

/** What is on the clipboard: a file that was copied in a file manager, the bytes of a picture, or text. */
export type Pasted =
  | { readonly is: 'file'; readonly path: string }
  | { readonly is: 'picture'; readonly bytes: Uint8Array }
  | { readonly is: 'text'; readonly text: string }

const PNG = 'image/png'
const FILES = 'text/uri-list'

/** Puts a PNG file onto the clipboard as it is, with its recipe, and without decoding it in this process where that can be avoided. */
export async function copyPicture(file: string): Promise<void> {
  const bytes = await readFile(file)
  const former = formerClipboard()
  if (former === undefined) {
    const item = new electron.ClipboardItem({ [PNG]: new Blob([new Uint8Array(bytes)], { type: PNG }) })
    return electron.clipboard.write([item])
  }
  // Windows' programs want a bitmap.
  if (process.platform === 'win32') former.writeImage(electron.nativeImage.createFromBuffer(bytes))
  else former.writeBuffer(process.platform === 'darwin' ? 'public.png' : PNG, bytes)
}

export async function pasted(): Promise<Pasted | null> {
  const former = formerClipboard()
  return former === undefined ? pastedFrom(await electron.clipboard.read()) : pastedFromFormer(former)
}

function formerClipboard(): FormerClipboard | undefined {
  return 'availableFormats' in electron.clipboard ? (electron.clipboard as unknown as FormerClipboard) : undefined
}

async function pastedFrom(items: readonly Electron.ClipboardItem[]): Promise<Pasted | null> {
  const read = async (type: string): Promise<Blob | undefined> => {
    const item = items.find(({ types }) => types.includes(type))
    const found = await item?.getType(type)
    return found instanceof Blob ? found : undefined
  }
  const file = firstFile((await (await read(FILES))?.text()) ?? '')
  if (file !== undefined) return { is: 'file', path: file }
  const picture = await read(PNG)
  if (picture !== undefined) return { is: 'picture', bytes: new Uint8Array(await picture.arrayBuffer()) }
  return textOf(await electron.clipboard.readText())
}

function pastedFromFormer(clipboard: FormerClipboard): Pasted | null {
  const formats = clipboard.availableFormats()
  const file = formats.includes(FILES) ? firstFile(clipboard.read(FILES)) : undefined
  if (file !== undefined) return { is: 'file', path: file }
  if (!formats.some((format) => format.startsWith('image/'))) return textOf(clipboard.readText())
  const asItIs = clipboard.readBuffer(process.platform === 'darwin' ? 'public.png' : PNG)
  const bytes = asItIs.length > 0 ? asItIs : clipboard.readImage().toPNG()
  return bytes.length === 0 ? null : { is: 'picture', bytes }
}

function firstFile(list: string): string | undefined {
  const first = list.split(/\r?\n/).find((line) => line.startsWith('file://'))
  return first === undefined ? undefined : fileURLToPath(first)
}

function textOf(text: string): Pasted | null {
  return text.trim() === '' ? null : { is: 'text', text }
}
