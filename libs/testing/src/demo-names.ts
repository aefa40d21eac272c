/** Names of one tradition. `share` is its part of a roster, in per mille; the rest is Latin without any mark. */
export interface Names {
  share: number;
  given: string[];
  family: string[];
  /** How the two are written together. */
  join?: (given: string, family: string) => string;
  /** Between two given names; null where nobody has two. */
  between?: string | null;
}

const words = (text: string) => text.split(' ');
const familyFirst = (given: string, family: string) => `${family}${given}`;

export const plain: Names = {
  share: 0,
  given: words(
    'Amara Ben Carla Daniel Emma Felix Grace Hannah Isaac Julia Kofi Laura Mason Nora Oscar Paula Quinn Ruben Sofia Tariq ' +
      'Uma Victor Wendy Xavier Yara Zane Aisha Brandon Chloe Dylan Elena Finn Gloria Hugo Ivy Jamal Kira Liam Maya Noah',
  ),
  family: words(
    'Adams Baker Clark Diaz Evans Fischer Garcia Hughes Ivanov Jones Khan Lopez Miller Nakamura Okafor Patel Quist Rossi ' +
      'Smith Taylor Usman Vargas Walker Xu Young Zimmer Abebe Brooks Cohen Dubois Eze Flores Gupta Haddad Ito Jensen Kim Lee',
  ),
};

export const traditions: Names[] = [
  {
    share: 130,
    given: words(
      'Zoë José François Łukasz Şeyma Øyvind Björk Renée Jürgen Íñigo Chloé André Sørine Ágnes Gökhan Đorđe Ānanda Ružica',
    ),
    family: words(
      'Müller Núñez Nguyễn Dvořák Šimić Åkesson Çelik Gonçalves Ó’Briain Þórsdóttir Brâncuși Żółty Ibáñez Lefèvre Groß',
    ),
  },
  {
    share: 70,
    given: words('Sinead Marco Niamh Luca Aoife Gianni Te’vion Ka’iulani'),
    family: ['O’Neill', "O'Neill", 'D’Angelo', "D'Souza", 'M’Bala', 'O’Connor', "L'Heureux", 'N’Diaye', 'Dell’Acqua'],
  },
  {
    share: 70,
    given: words('Anne-Marie Jean-Luc Mary-Kate Lars-Erik Ana-Sofía Kim-Ly'),
    family: words('Smith-Jones García-Márquez Abdul-Rahman Meyer-Landrut Al-Sayed Bourne-Okonjo Lloyd-Webber'),
  },
  {
    share: 25,
    given: words('Ελένη Γιώργος Κατερίνα Νίκος Σοφία'),
    family: words('Παπαδόπουλος Γεωργίου Οικονόμου Νικολαΐδης Μακρής'),
  },
  {
    share: 40,
    given: words('Анна Дмитро Олена Сергей Зоя Йордан Ђорђе Юлія'),
    family: words('Иванова Шевченко Ковальчук Петров Јовановић Щербак Кузьменко Білоус'),
  },
  {
    share: 30,
    given: words('فاطمة محمد ليلى يوسف زينب عمر'),
    family: words('الحسن عبدالله الخطيب منصور حداد القاسم'),
  },
  { share: 12, given: words('נועה דוד יעל אורי תמר'), family: words('כהן לוי מזרחי פרידמן ביטון') },
  {
    share: 40,
    given: words('伟 芳 秀英 敏 静 子涵 浩然 欣怡 𠮷明'),
    family: words('王 李 张 刘 陈 欧阳 司马 赵'),
    join: familyFirst,
    between: '',
  },
  {
    share: 20,
    given: words('さくら 太郎 陽菜 結衣 大翔 葵 蓮 凛 湊 美咲'),
    family: words('佐藤 鈴木 髙橋 田中 渡邊'),
    join: (given, family) => `${family} ${given}`,
    between: null,
  },
  {
    share: 20,
    given: words('민준 서연 지우 하준 수빈 도윤 예은 시우 채원 은우'),
    family: words('김 이 박 최 정 강 조 윤'),
    join: familyFirst,
    between: null,
  },
  { share: 30, given: words('आरव अनन्या प्रिया रोहन श्रेया कृष्णा'), family: words('शर्मा वर्मा गुप्ता सिंह त्रिपाठी मिश्रा') },
  { share: 10, given: words('கவிதா அருண் மீனா செல்வம்'), family: words('இராமசாமி குமார் சுப்பிரமணியன்') },
  { share: 8, given: words('สมชาย สุดา อรุณ กมล'), family: words('ใจดี ศรีสุข ทองคำ วงศ์ใหญ่') },
  { share: 5, given: words('Արամ Անի Տիգրան'), family: words('Սարգսյան Հակոբյան Պետրոսյան') },
];

/** What a roster has once or twice, and software trips over. */
export const oddNames = [
  'Sukarno',
  'Li',
  'Martin King, Jr.',
  'Robert "Bobby" Tables',
  'Null',
  'María de los Ángeles Fernández-Castañeda y Montenegro del Valle O’Higgins-Larraín',
  'Ada  Lovelace',
  'J. R. R. T.',
  'Nguye\u0302\u0303n Thi\u0323 Hoa',
  '=SUM(A1:A9)',
  '<b>Bold</b> & Sons',
  'von der Leyen zu Mecklenburg',
];
