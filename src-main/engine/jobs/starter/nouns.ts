/** Names that go without an article and are never counted: things without number, and plurals. */
const BARE =
  /^(popcorn|pop corn|corn|sweetcorn|maize|garlic|beer|lager|wine|red wine|coffee|espresso|tea|green tea|matcha|milk tea|boba tea|milk|honey|cheese|swiss cheese|cheddar|chocolate|milk chocolate|pasta|italian pasta|spaghetti|sushi|salmon sushi|nigiri|raw fish on rice|fire|burning fire|flames|planet earth|earth|saturn|planet saturn|bread|french bread|toast|butter|bacon|cereal|porridge|rice|curry|lettuce|leafy greens|salad|green salad|broccoli|guacamole|ramen|gelato|calamari|medicine|luck|love|santa claus|santa|father christmas|saint nicholas|dracula|count dracula|sherlock holmes|tv|wool|knitting yarn|yarn|lightning|rain|rainy weather|sunshine|surf|candlelight|confetti|glitter|dna|genes|paper money|flying money|cutlery|silverware|soap|lavender|wheat|grain|bowling|boxing|archery|tennis|table tennis|ping pong|volleyball|badminton|heartbreak|approval|rock|stone|soda|nemo|coral|mount fuji|fuji|easter island|drapes|karate|drama masks|theatre masks|comedy and tragedy|theater|yin and yang|daily news|the news|poop|poo|fiddlesticks|denim trousers|blue trousers|pants|shears|shades|snorkel|frosty the snowman|ginger|partly cloudy|lady liberty|caramel pudding|custard|mail|mind|the alps|alps|barbecue meat|roast meat|champagne|sparkling wine)$/

/** Plural names: no article, never counted. Singular words in s that must not be taken for one. */
const SINGULAR_IN_S =
  /(ss|us|cactus|compass|bus|dress|christmas|hippopotamus|octopus|walrus|circus|saturn's|tennis|news|lens|moss|gas|campus|virus|platypus|mattress|tower bus|big boss|lotus|hibiscus|t-rex)$/

/** Whether a name takes "a" and can be counted. */
export function isCountable(name: string): boolean {
  if (BARE.test(name)) return false
  const head = headOf(name)
  return !(head.endsWith('s') && !SINGULAR_IN_S.test(head))
}

/** A name with its article, where it takes one: "an owl", "popcorn". `adjective` stands between: "a blue owl". */
export function withArticle(name: string, adjective = ''): string {
  const words = adjective ? `${adjective} ${name}` : name
  return isCountable(name) ? `${article(words)} ${words}` : words
}

/** "a" or "an" before a word. */
export function article(word: string): string {
  return /^([aeio]|u(?!fo|ni|s[eu])|x-)/.test(word) ? 'an' : 'a'
}

const IRREGULAR: Readonly<Record<string, string>> = {
  wolf: 'wolves',
  mouse: 'mice',
  goose: 'geese',
  leaf: 'leaves',
  knife: 'knives',
  tooth: 'teeth',
  foot: 'feet',
  scarf: 'scarves',
  loaf: 'loaves',
  deer: 'deer',
  sheep: 'sheep',
  fish: 'fish',
  moose: 'moose',
  squid: 'squid',
  shrimp: 'shrimp',
  salmon: 'salmon',
  bison: 'bison',
  buffalo: 'buffalo',
  elk: 'elk',
  ox: 'oxen',
  die: 'dice',
  man: 'men',
  woman: 'women',
  aircraft: 'aircraft',
  spacecraft: 'spacecraft',
  tomato: 'tomatoes',
  potato: 'potatoes',
  volcano: 'volcanoes',
  mango: 'mangoes',
  hero: 'heroes',
  cactus: 'cacti',
  octopus: 'octopuses',
}

/** The plural of a countable name: "slices of pizza", "little foxes". */
export function plural(name: string): string {
  const head = headOf(name)
  const rest = name.slice(head.length)
  const last = head.split(' ').at(-1) ?? head
  return head.slice(0, head.length - last.length) + pluralWord(last) + rest
}

function pluralWord(word: string): string {
  const known = IRREGULAR[word]
  if (known !== undefined) return known
  if (/(man)$/.test(word)) return word.replace(/man$/, 'men')
  if (/[^aeiou]y$/.test(word)) return word.replace(/y$/, 'ies')
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`
}

/** The words before "of", "with", "in" …: what a name is about. */
function headOf(name: string): string {
  return /^(.+?)(?= (?:of|with|in|on|for|from|and|under|behind|over|covering|blowing) )/.exec(name)?.[1] ?? name
}
