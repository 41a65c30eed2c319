//! The names by which packages are imported, where these are not the packages' own: who searches for `yaml` wants PyYAML.
//!
//! Only those whose names differ in more than what comparing ignores: capitals, and `-`, `_` and `.`.

/// By normalised name, sorted: what each is imported as.
const IMPORT_NAMES: [(&str, &[&str]); 91] = [
    ("antlr4-python3-runtime", &["antlr4"]),
    ("apache-airflow", &["airflow"]),
    ("argon2-cffi", &["argon2"]),
    ("atlassian-python-api", &["atlassian"]),
    ("attrs", &["attr"]),
    ("auth0-python", &["auth0"]),
    ("aws-psycopg2", &["psycopg2"]),
    ("beautifulsoup4", &["bs4"]),
    ("biopython", &["Bio"]),
    ("cryptography", &["cryptography.fernet"]),
    ("discord-py", &["discord"]),
    ("django-cors-headers", &["corsheaders"]),
    ("django-filter", &["django_filters"]),
    ("djangorestframework", &["rest_framework"]),
    ("dnspython", &["dns"]),
    ("docker-py", &["docker"]),
    ("elastic-apm", &["elasticapm"]),
    ("faiss-cpu", &["faiss"]),
    ("ffmpeg-python", &["ffmpeg"]),
    ("gitpython", &["git"]),
    ("google-api-python-client", &["googleapiclient"]),
    ("graphql-core", &["graphql"]),
    ("grpcio", &["grpc"]),
    ("imbalanced-learn", &["imblearn"]),
    ("kafka-python", &["kafka"]),
    ("kafka-python-ng", &["kafka"]),
    ("launchdarkly-server-sdk", &["ldclient"]),
    ("markdown-it-py", &["markdown_it"]),
    ("msgpack-python", &["msgpack"]),
    ("mysql-connector-python", &["mysql.connector"]),
    ("mysqlclient", &["MySQLdb"]),
    ("opencv-contrib-python", &["cv2"]),
    ("opencv-contrib-python-headless", &["cv2"]),
    ("opencv-python", &["cv2"]),
    ("opencv-python-headless", &["cv2"]),
    ("opensearch-py", &["opensearchpy"]),
    ("opentelemetry-api", &["opentelemetry"]),
    ("pdfminer-six", &["pdfminer"]),
    ("pillow", &["PIL"]),
    ("pillow-simd", &["PIL"]),
    ("pinecone-client", &["pinecone"]),
    ("progressbar2", &["progressbar"]),
    ("protobuf", &["google.protobuf"]),
    ("psycopg2-binary", &["psycopg2"]),
    ("py-cpuinfo", &["cpuinfo"]),
    ("pycairo", &["cairo"]),
    ("pycryptodome", &["Crypto"]),
    ("pycryptodomex", &["Cryptodome"]),
    ("pygithub", &["github"]),
    ("pyjwt", &["jwt"]),
    ("pymupdf", &["fitz"]),
    ("pynacl", &["nacl"]),
    ("pyobjc", &["objc"]),
    ("pyopenssl", &["OpenSSL"]),
    ("pyserial", &["serial"]),
    ("pysmb", &["smb"]),
    ("pysocks", &["socks"]),
    ("python-arango", &["arango"]),
    ("python-barcode", &["barcode"]),
    ("python-dateutil", &["dateutil"]),
    ("python-decouple", &["decouple"]),
    ("python-docx", &["docx"]),
    ("python-dotenv", &["dotenv"]),
    ("python-engineio", &["engineio"]),
    ("python-gitlab", &["gitlab"]),
    ("python-gnupg", &["gnupg"]),
    ("python-jose", &["jose"]),
    ("python-json-logger", &["pythonjsonlogger"]),
    ("python-keycloak", &["keycloak"]),
    ("python-ldap", &["ldap"]),
    ("python-levenshtein", &["Levenshtein"]),
    ("python-magic", &["magic"]),
    ("python-multipart", &["multipart"]),
    ("python-pptx", &["pptx"]),
    ("python-slugify", &["slugify"]),
    ("python-snappy", &["snappy"]),
    ("python-socketio", &["socketio"]),
    ("python-telegram-bot", &["telegram"]),
    ("python-zeep", &["zeep"]),
    ("pywavelets", &["pywt"]),
    ("pyyaml", &["yaml"]),
    ("pyzmq", &["zmq"]),
    ("scikit-image", &["skimage"]),
    ("scikit-learn", &["sklearn"]),
    ("slackclient", &["slack"]),
    ("snowflake-connector-python", &["snowflake.connector"]),
    ("speechrecognition", &["speech_recognition"]),
    ("tensorflow-cpu", &["tensorflow"]),
    ("umap-learn", &["umap"]),
    ("websocket-client", &["websocket"]),
    ("xgboost-cpu", &["xgboost"]),
];

/// What the package of a normalised name is imported as, where that is not its own name.
pub fn import_names(normalized: &str) -> &'static [&'static str] {
    IMPORT_NAMES.binary_search_by_key(&normalized, |(package, _)| package).map_or(&[], |at| IMPORT_NAMES[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ModuleName, PackageName};

    #[test]
    fn the_table_can_be_searched_and_says_nothing_that_is_plain() {
        assert!(IMPORT_NAMES.is_sorted_by(|one, other| one.0 < other.0), "sorted, each once");
        for (package, names) in IMPORT_NAMES {
            let name: PackageName = package.parse().expect("a package");
            assert_eq!(name.normalized().as_str(), package, "normalised");
            assert!(!names.is_empty() && names.is_sorted(), "{package}");
            for text in names {
                assert!(text.parse::<ModuleName>().is_ok(), "{text}");
                assert_ne!(text.to_ascii_lowercase().replace(['_', '.'], "-"), package, "{text} is found without this table");
            }
        }
    }

    #[test]
    fn packages_are_found_by_what_people_import() {
        assert_eq!(import_names("pyyaml"), ["yaml"]);
        assert_eq!(import_names("pillow"), ["PIL"]);
        assert_eq!(import_names("pandas"), [""; 0]);
    }
}
