/** What people call the things that can be ordered. */
export const ITEM_WORDS = {
  laptop: [
    'notebook',
    'macbook',
    'portátil',
    'portable',
    'ordinateur',
    'ordenador',
    'computer',
    'ノートパソコン',
    'ラップトップ',
  ],
  desktop: ['workstation'],
  monitor: [
    'monitore',
    'bildschirm',
    'bildschirme',
    'screen',
    'display',
    'écran',
    'ecran',
    'pantalla',
    'モニター',
  ],
  phone: [
    'handy',
    'diensthandy',
    'mobile',
    'smartphone',
    'iphone',
    'telefon',
    'téléphone',
    'teléfono',
    'móvil',
    '携帯',
    '電話',
    'スマホ',
  ],
  headset: ['headphones', 'kopfhörer', 'casque', 'auriculares', 'ヘッドセット'],
  keyboard: ['tastatur', 'tastaturen', 'clavier', 'teclado', 'キーボード'],
  mouse: ['mice', 'maus', 'mäuse', 'souris', 'ratón', 'ratones', 'マウス'],
  'docking station': ['dock', 'dockingstation'],
  tablet: ['ipad', 'tablette', 'タブレット'],
};

/** How many, in words. */
export const NUMBERS = 'two|three|four|five|zwei|drei|vier|fünf|deux|trois|dos|tres';
/** Things of which a number is ordered. */
export const PLURALS =
  'laptops|notebooks|desktops|monitors|screens|phones|headsets|keyboards|mice|tablets|docking stations|monitore|bildschirme|handys|tastaturen|mäuse|écrans|ordinateurs|téléphones|claviers|pantallas|monitores|portátiles|teléfonos|teclados';
