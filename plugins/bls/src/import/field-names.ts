/** Fields that a file may give, beside those of the account. */
export type FileField =
  | 'firstName'
  | 'lastName'
  | 'familyName'
  | 'email'
  | 'mobile'
  | 'countryCode'
  | 'passportNumber'
  | 'passportType'
  | 'passportIssueDate'
  | 'passportExpiryDate'
  | 'passportIssuePlace'
  | 'passportIssueCountry'
  | 'dateOfBirth'
  | 'birthPlace'
  | 'birthCountry'
  | 'countryOfResidence'
  | 'nationality'
  | 'gender'
  | 'maritalStatus'
  | 'numberOfMembers'
  | 'relationship'
  | 'primaryApplicant'
  | 'password'
  | 'notes'
  | 'consentAt'
  | 'consentStatement'
  | 'blsStatus'
  | 'blsUsername'
  | 'blsPassword'
  | 'blsCreatedAt'
  | 'blsErrorMessage'
  | 'processingAttempts'
  | 'lastProcessingAttempt'
  | 'status'
  | 'tags';

/** The usual spellings of each field's name in English, French and Spanish, in small letters and digits alone. */
const SPELLINGS: Readonly<Record<FileField, string>> = {
  firstName: 'firstname given givenname givennames forename prenom name1 firstnames prenoms nombre nombres',
  lastName: 'lastname nom last noms apellido apellidos',
  familyName: 'familyname surname surnamefamilyname family nomdefamille',
  email: 'email emailaddress mail courriel adressemail eaddress adresseemail adresseelectronique correo correoelectronico',
  mobile:
    'mobile mobilenumber mobileno phone phonenumber telephone tel gsm portable mobilephone mobilephonenumber mobilephoneno phoneno cell cellphone contactnumber contactno telephonenumber telephonemobile telephoneportable numerodetelephone movil telefono telefonomovil',
  countryCode: 'countrycode phonecountrycode mobilecountrycode dialcode phonecode indicatif',
  passportNumber:
    'passportnumber passportno passport ppno passportnr numeropasseport numerodepasseport passportnum numpasseport npasseport ndepasseport pasaporte numerodepasaporte',
  passportType: 'passporttype typeofpassport typepasseport',
  passportIssueDate:
    'passportissuedate issuedate dateofissue passportdateofissue passportissued issuedon datedelivrance datededelivrance datedemission delivrele fechadeexpedicion fechadeemision',
  passportExpiryDate:
    'passportexpirydate expirydate dateofexpiry passportexpiry passportexpires expireson validuntil passportexpirationdate expirationdate dateexpiration validto validtill passportvaliduntil dateofexpiration datedexpiration expirele fechadecaducidad fechadevencimiento',
  passportIssuePlace:
    'passportissueplace issueplace placeofissue passportplaceofissue issuedat lieudelivrance lieudedelivrance lugardeexpedicion',
  passportIssueCountry: 'passportissuecountry issuecountry countryofissue issuingcountry',
  dateOfBirth: 'dateofbirth dob birthdate birthday born datedenaissance datenaissance neele fechadenacimiento',
  birthPlace: 'birthplace placeofbirth lieudenaissance lieunaissance lugardenacimiento',
  birthCountry: 'birthcountry countryofbirth paysdenaissance',
  countryOfResidence: 'countryofresidence residence residencecountry paysderesidence',
  nationality: 'nationality nationalite citizenship nacionalidad',
  gender: 'gender sex sexe sexo genero',
  maritalStatus: 'maritalstatus civilstatus situationfamiliale marital etatcivil estadocivil',
  numberOfMembers: 'numberofmembers members',
  relationship: 'relationship relation',
  primaryApplicant: 'primaryapplicant mainapplicant',
  password: 'password pass motdepasse pwd',
  notes: 'notes note comment comments remark remarks',
  consentAt: 'consentat consentdate consenton',
  consentStatement: 'consentstatement consent',
  blsStatus: 'blsstatus registrationstatus',
  blsUsername: 'blsusername blslogin blsemail username login user',
  blsPassword: 'blspassword blspass sitepassword',
  blsCreatedAt: 'blscreatedat registeredat',
  blsErrorMessage: 'blserrormessage lasterror',
  processingAttempts: 'processingattempts attempts',
  lastProcessingAttempt: 'lastprocessingattempt lastattempt',
  status: 'status accountstatus state',
  tags: 'tags tag labels',
};

const BY_SPELLING = new Map(
  Object.entries(SPELLINGS).flatMap(([field, spellings]) =>
    spellings.split(' ').map((one) => [one, field as FileField] as const),
  ),
);

/** The field that a header means: case, blanks, `_`, `-` and accents do not matter. */
export const fieldOf = (header: string): FileField | undefined =>
  BY_SPELLING.get(
    header
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]/g, ''),
  );

/** `passport_number`: as older programs write it. */
export const snakeName = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
