/**
 * What the embedded model can draw. One line a concept: the icon's slug (the CLDR name of the emoji), then what people call it, the first
 * name being the concept's own. Names are curated by hand, since the tags of the emoji data are poor synonyms ("order" for a lion).
 */
const LINES = `
monkey-face: monkey, monkey face, chimpanzee
dog-face: dog, puppy, dog face
wolf: wolf, wolf face
fox: fox, red fox
raccoon: raccoon
cat-face: cat, kitten, cat face
black-cat: black cat, sitting cat
lion: lion, king of beasts
tiger-face: tiger, tiger face
horse-face: horse, horse head
unicorn: unicorn
zebra: zebra
deer: deer, stag
cow-face: cow, cow face
pig-face: pig, pig face
ewe: sheep, ewe
giraffe: giraffe
elephant: elephant
mouse-face: mouse, mouse face
rabbit-face: rabbit, bunny
hedgehog: hedgehog
bat: bat, flying bat
bear: bear, brown bear
polar-bear: polar bear
koala: koala
panda: panda, panda bear
sloth: sloth
kangaroo: kangaroo
paw-prints: paw prints, animal tracks
rooster: rooster, cockerel
hatching-chick: hatching chick, chick in an egg
baby-chick: chick, baby chick
penguin: penguin
duck: duck
swan: swan
owl: owl
flamingo: flamingo
peacock: peacock
parrot: parrot
frog: frog, frog face
crocodile: crocodile, alligator
turtle: turtle, tortoise
snake: snake, serpent
dragon-face: dragon, dragon head
sauropod: long-necked dinosaur, brontosaurus
t-rex: tyrannosaurus, t-rex
whale: whale, blue whale
dolphin: dolphin
tropical-fish: tropical fish, clownfish
shark: shark
octopus: octopus
jellyfish: jellyfish
crab: crab
lobster: lobster
snail: snail
butterfly: butterfly
honeybee: bee, honeybee
lady-beetle: ladybug, ladybird
spider: spider
cherry-blossom: cherry blossom, pink blossom
rose: rose, red rose
hibiscus: hibiscus
sunflower: sunflower
tulip: tulip
seedling: seedling, sprout
evergreen-tree: pine tree, fir tree
deciduous-tree: tree, leafy tree
palm-tree: palm tree
cactus: cactus
four-leaf-clover: four-leaf clover, clover
maple-leaf: maple leaf
mushroom: mushroom, toadstool
grapes: grapes, bunch of grapes
watermelon: watermelon, slice of watermelon
lemon: lemon
banana: banana
pineapple: pineapple
red-apple: apple, red apple
green-apple: green apple
pear: pear
peach: peach
cherries: cherries, cherry
strawberry: strawberry
kiwi-fruit: kiwi, kiwi fruit
tomato: tomato
avocado: avocado
eggplant: eggplant, aubergine
carrot: carrot
ear-of-corn: corn, ear of corn
hot-pepper: chili pepper, hot pepper
bell-pepper: bell pepper
broccoli: broccoli
croissant: croissant
pretzel: pretzel
pancakes: pancakes
cheese-wedge: cheese, piece of cheese
poultry-leg: chicken leg, drumstick
hamburger: burger, hamburger
french-fries: french fries, fries
pizza: pizza, slice of pizza
hot-dog: hot dog
taco: taco
cooking: fried egg, egg in a pan
popcorn: popcorn
rice-ball: rice ball, onigiri
spaghetti: spaghetti, pasta
sushi: sushi
soft-ice-cream: soft ice cream, ice cream cone
ice-cream: bowl of ice cream
doughnut: donut, doughnut
cookie: cookie, biscuit
birthday-cake: birthday cake
shortcake: cake, piece of cake
cupcake: cupcake, muffin
chocolate-bar: chocolate, chocolate bar
candy: candy, wrapped sweet
lollipop: lollipop
honey-pot: honey pot, jar of honey
hot-beverage: coffee, cup of coffee
teapot: teapot
wine-glass: glass of wine, wine
cocktail-glass: cocktail, martini
beer-mug: beer, mug of beer
bubble-tea: bubble tea
globe-showing-americas: earth, globe
snow-capped-mountain: mountain, snowy mountain
volcano: volcano
beach-with-umbrella: beach, beach with an umbrella
desert-island: desert island, island
house: house, little house
castle: castle
church: church
circus-tent: circus tent
locomotive: steam train, locomotive
bus: bus
ambulance: ambulance
fire-engine: fire truck, fire engine
police-car: police car
taxi: taxi, cab
automobile: car, red car
tractor: tractor
motorcycle: motorcycle
bicycle: bicycle, bike
anchor: anchor
sailboat: sailboat
ship: ship
airplane: airplane, plane
helicopter: helicopter
rocket: rocket, spaceship
flying-saucer: ufo, flying saucer
alarm-clock: alarm clock, clock
crescent-moon: crescent moon, moon
full-moon: full moon
sun-with-face: sun with a face, smiling sun
sun: sun
ringed-planet: planet with rings, saturn
star: star, yellow star
cloud: cloud
cloud-with-rain: rain cloud
cloud-with-lightning: thundercloud, storm cloud
rainbow: rainbow
umbrella-with-rain-drops: umbrella, umbrella in the rain
snowflake: snowflake
snowman-without-snow: snowman
fire: fire, flame
droplet: drop of water, droplet
water-wave: wave, ocean wave
jack-o-lantern: pumpkin, halloween pumpkin
christmas-tree: christmas tree
balloon: balloon, red balloon
wrapped-gift: present, wrapped gift
trophy: trophy, golden cup
soccer-ball: football, soccer ball
basketball: basketball
bullseye: target, dartboard
kite: kite
crystal-ball: crystal ball
magic-wand: magic wand
game-die: die, dice
puzzle-piece: puzzle piece
teddy-bear: teddy bear
artist-palette: paint palette, artist palette
yarn: ball of yarn, yarn
sunglasses: sunglasses
t-shirt: t-shirt, shirt
dress: dress
backpack: backpack
high-heeled-shoe: high heel, red shoe
crown: crown, golden crown
top-hat: top hat
graduation-cap: graduation cap
ring: ring, diamond ring
gem-stone: diamond, gem
bell: bell, golden bell
musical-note: musical note
microphone: microphone
headphone: headphones
saxophone: saxophone
trumpet: trumpet
guitar: guitar
violin: violin
drum: drum
telephone: telephone
laptop: laptop, notebook computer
television: television, tv
camera: camera
candle: candle
light-bulb: light bulb
red-paper-lantern: red lantern, paper lantern
books: books, stack of books
open-book: open book
money-bag: money bag
package: cardboard box, package
pencil: pencil
scissors: scissors
locked: padlock, lock
key: key
hammer: hammer
crossed-swords: crossed swords
bomb: bomb
shield: shield
gear: gear, cogwheel
magnet: magnet
microscope: microscope
telescope: telescope
pill: pill
door: door
bucket: bucket
grinning-face-with-big-eyes: happy face, laughing face
winking-face: winking face
smiling-face-with-heart-eyes: face with heart eyes, in love face
star-struck: face with star eyes
thinking-face: thinking face
sleeping-face: sleeping face
cowboy-hat-face: cowboy
partying-face: party face
smiling-face-with-sunglasses: cool face, face with sunglasses
nerd-face: nerd face
crying-face: sad face, crying face
angry-face: angry face
smiling-face-with-horns: devil, purple devil
skull: skull
clown-face: clown
ghost: ghost
alien: alien
alien-monster: space invader, alien monster
robot: robot
red-heart: heart, red heart
blue-heart: blue heart
broken-heart: broken heart
thumbs-up: thumbs up
eyes: eyes, pair of eyes
brain: brain
santa-claus: santa claus
astronaut: astronaut
ninja: ninja
`

/** One thing that the model draws. */
export interface Concept {
  /** Slug of the icon in both icon sets. */
  readonly slug: string
  /** What people call it; never empty, the first is its own name. */
  readonly names: readonly string[]
}

/** All concepts, in the order that fixes their ids. */
export const concepts: readonly Concept[] = LINES.trim()
  .split('\n')
  .map((line) => {
    const [slug = '', names = ''] = line.split(': ')
    return { slug, names: names.split(', ') }
  })
