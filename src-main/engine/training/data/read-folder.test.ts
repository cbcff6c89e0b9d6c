import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { tagOrders, withTrigger } from './caption'
import { readPictureFolder } from './read-folder'

const root = temporaryFolder()

/** A folder with files of these contents; pictures are not opened here. */
function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name, file)), { recursive: true })
    writeFileSync(join(root, name, file), content)
  }
  return join(root, name)
}

const captions = (folder: string) =>
  Object.fromEntries(readPictureFolder(folder).pictures.map(({ file, caption, captionFrom }) => [file, [caption, captionFrom]]))

describe('captions', () => {
  it('come from the text beside, the metadata, the name, or the N_name folder', () => {
    const folder = folderOf('mixed', {
      'a.png': '',
      'a.txt': ' a red fox,\n running \n',
      'b.JPG': '',
      'c.webp': '',
      'red_fox-sitting (2).avif': '',
      'IMG_20240102_1234.heic': '',
      '3_bluebird/DSC0001.tif': '',
      '3_bluebird/flying.png': '',
      '3_bluebird/empty.png': '',
      '3_bluebird/empty.txt': '\n',
      'notes.md': 'no picture',
      '.hidden/d.png': '',
      'metadata.jsonl': [
        '{"file_name": "b.JPG", "text": "the bird"}',
        '{"file_name": "a.png", "text": "beside wins"}',
        '{"file_name": "c.webp", "caption": "the cat", "text": 3}',
        '{"file_name": "gone.png", "text": "x"}',
        '{"text": "nameless"}',
        'no json',
      ].join('\n'),
    })
    expect(captions(folder)).toEqual({
      'a.png': ['a red fox, running', 'text-file'],
      'b.JPG': ['the bird', 'metadata'],
      'c.webp': ['the cat', 'metadata'],
      'red_fox-sitting (2).avif': ['red fox sitting', 'file-name'],
      'IMG_20240102_1234.heic': ['', 'nothing'],
      '3_bluebird/DSC0001.tif': ['bluebird', 'folder-name'],
      '3_bluebird/flying.png': ['flying', 'file-name'],
      '3_bluebird/empty.png': ['', 'nothing'],
    })
    expect(readPictureFolder(folder).notes).toEqual([
      'metadata.jsonl: line 5 has no file_name and is left out',
      'metadata.jsonl: line 6 has no file_name and is left out',
      "metadata.jsonl: 'gone.png' is not in the folder",
    ])
  })

  it('a metadata file speaks of its own folder', () => {
    const row = '{"file_name": "./pictures\\\\a.png", "caption": "deep"}'
    const folder = folderOf('nested', { 'train/pictures/a.png': '', 'train/metadata.jsonl': row })
    expect(captions(folder)['train/pictures/a.png']).toEqual(['deep', 'metadata'])
  })
})

it('repeats and labels come from folders and metadata', () => {
  const folder = folderOf('classes', {
    '12_fox/a b.png': '',
    'volcano/deep/c.png': '',
    'd.png': '',
    'metadata.jsonl': '{"file_name": "d.png", "label": 3}',
  })
  const rows = readPictureFolder(folder).pictures.map(({ file, repeats, label }) => [file, repeats, label])
  expect(rows).toEqual([
    ['12_fox/a b.png', 12, 'fox'],
    ['d.png', 1, '3'],
    ['volcano/deep/c.png', 1, 'volcano'],
  ])
})

it('a folder without pictures, or that is not there, is refused by name', () => {
  expect(() => readPictureFolder(folderOf('none', { 'a.txt': '' }))).toThrow(/none holds no pictures/)
  expect(() => readPictureFolder(join(root, 'absent'))).toThrow('does not exist')
})

it('the trigger word comes before captions that lack it as a word', () => {
  expect(withTrigger('a fox', 'zorrito')).toBe('zorrito, a fox')
  expect(withTrigger('', 'zorrito')).toBe('zorrito')
  expect(withTrigger('A Zorrito on ice', 'zorrito')).toBe('A Zorrito on ice')
  expect(withTrigger('zorritos', 'zorrito')).toBe('zorrito, zorritos')
  expect(withTrigger('(c) art', '(c)')).toBe('(c) art')
})

it('tags come in new orders, the first ones in place, the same for the same chance', () => {
  const orders = tagOrders('fox, red, snow, night, moon', 1, new RandomStream(3))
  expect(orders).toHaveLength(8)
  expect(new Set(orders).size).toBe(8)
  expect(orders[0]).toBe('fox, red, snow, night, moon')
  for (const order of orders) {
    expect(order.startsWith('fox, ')).toBe(true)
    expect(order.split(', ').sort()).toEqual(['fox', 'moon', 'night', 'red', 'snow'])
  }
  expect(tagOrders('fox, red, snow, night, moon', 1, new RandomStream(3))).toEqual(orders)
  expect(tagOrders('one, two', 1, new RandomStream(3))).toEqual(['one, two'])
  expect(tagOrders('one, two', 0, new RandomStream(3)).sort()).toEqual(['one, two', 'two, one'])
})
