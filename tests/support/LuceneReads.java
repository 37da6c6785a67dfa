// What Lucene makes of files of ours: run by tests/whole/test_lucene_peer.py where Lucene is there.
//
//   java -cp JARS LuceneReads.java dl4j MODEL.zip K LEAST    words from standard input, one a line
//   java -cp JARS LuceneReads.java solr SYNONYMS.txt         the same
//
// Prints for each word its synonyms, tabs between them; of dl4j with their scores.

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.synonym.SolrSynonymParser;
import org.apache.lucene.analysis.synonym.SynonymGraphFilter;
import org.apache.lucene.analysis.synonym.SynonymMap;
import org.apache.lucene.analysis.synonym.word2vec.Dl4jModelReader;
import org.apache.lucene.analysis.synonym.word2vec.TermAndBoost;
import org.apache.lucene.analysis.synonym.word2vec.Word2VecSynonymProvider;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.util.BytesRef;

public class LuceneReads {
  interface Answer {
    String of(String word) throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    Answer answer = arguments[0].equals("dl4j") ? vectors(arguments) : synonyms(arguments[1]);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String word = in.readLine(); word != null; word = in.readLine()) {
      out.println(answer.of(word));
    }
  }

  static Answer vectors(String[] arguments) throws Exception {
    int k = Integer.parseInt(arguments[2]);
    float least = Float.parseFloat(arguments[3]);
    Word2VecSynonymProvider provider;
    try (FileInputStream stream = new FileInputStream(arguments[1]);
        Dl4jModelReader reader = new Dl4jModelReader(stream)) {
      provider = new Word2VecSynonymProvider(reader.read());
    }
    return word -> {
      StringBuilder line = new StringBuilder(word);
      for (TermAndBoost found : provider.getSynonyms(new BytesRef(word), k, least)) {
        line.append('\t').append(found.term().utf8ToString()).append('\t').append(found.boost());
      }
      return line.toString();
    };
  }

  static Answer synonyms(String path) throws Exception {
    Analyzer whole = analyzer(stream -> stream);
    SolrSynonymParser parser = new SolrSynonymParser(true, true, whole);
    parser.parse(new StringReader(Files.readString(Path.of(path), StandardCharsets.UTF_8)));
    SynonymMap map = parser.build();
    Analyzer expanding = analyzer(stream -> new SynonymGraphFilter(stream, map, false));
    return word -> {
      TreeSet<String> found = new TreeSet<>();
      try (TokenStream stream = expanding.tokenStream("", word)) {
        CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
        stream.reset();
        while (stream.incrementToken()) {
          found.add(term.toString());
        }
        stream.end();
      }
      return word + "\t" + String.join("\t", found);
    };
  }

  static Analyzer analyzer(Function<TokenStream, TokenStream> more) {
    return new Analyzer() {
      @Override
      protected TokenStreamComponents createComponents(String field) {
        Tokenizer tokenizer = new KeywordTokenizer();
        return new TokenStreamComponents(tokenizer, more.apply(tokenizer));
      }
    };
  }
}
