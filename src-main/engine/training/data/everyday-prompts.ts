/** Things that any model of pictures knows, of many kinds: what its memory is sounded with. */
const THINGS =
  'a cat,a dog,a horse,a cow,a bird,a fish,a frog,a bee,a tree,a flower,a leaf,a mushroom,an apple,a banana,a strawberry,a lemon,a carrot,a tomato,bread,a cheese,a cake,an ice cream,a cup of coffee,a bottle,a house,a castle,a bridge,a tent,a mountain,a volcano,an island,the moon,the sun,a star,a cloud,a rainbow,a fire,a drop of water,a snowflake,a car,a bus,a train,a bicycle,an airplane,a rocket,a ship,an anchor,a wheel,a chair,a bed,a lamp,a clock,a key,a lock,a hammer,a pair of scissors,a pencil,a book,a letter,a gift,a balloon,a ball,a guitar,a drum,a camera,a telephone,a computer,a robot,a ghost,a skull,a heart,a hand,an eye,a smiling face,a crying face,a hat,a crown,a shoe,a dress,a ring,a bag,an umbrella,a flag,a trophy,a diamond,a bell,a magnet,a candle,a die,a kite,a snowman,a dragon,a dinosaur,an owl,a penguin,a turtle,a snake,a butterfly,a whale,a lion,a bear'.split(
    ',',
  )

/** How things are asked for: bare, in some style, on some ground. */
const WAYS = [
  '',
  ' on white',
  ', flat',
  ' on blue',
  ', 3d',
  ' on yellow',
  ', flat, on red',
  ' on green',
  ', 3d, on black',
  ' on pink',
]

/** `count` prompts that differ in thing and way as much as they can. */
export function everydayPrompts(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    // Another way for each thing in each round.
    const round = Math.floor(i / THINGS.length)
    return `${THINGS[i % THINGS.length] ?? ''}${WAYS[(i + round) % WAYS.length] ?? ''}`
  })
}
