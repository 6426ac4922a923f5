package io.gradflow.common.spec;

import io.gradflow.common.spec.SpecNode.Entry;
import io.gradflow.common.spec.SpecNode.Mapping;
import io.gradflow.common.spec.SpecNode.Scalar;
import io.gradflow.common.spec.SpecNode.Sequence;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Events of the YAML parser to located nodes. From events and not by the library's own composer,
 * because that resolves scalars, keeps the last of doubled keys and gives up at its first fault.
 */
final class YamlComposer {
  private static final int MAX_CODE_POINTS = 64 << 20;
  private static final int MAX_DEPTH = 64;
  // Aliases counted in full: what they stand for is visited as often as they appear.
  private static final int MAX_NODES = 4 << 20;

  private record Anchored(SpecNode node, int nodes, int depth) {}

  private final String source;
  private final List<Fault> faults;
  private final Parser events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private Location last;
  private int nodes;
  private int deepest;

  YamlComposer(String text, String source, List<Fault> faults) {
    this.source = source;
    this.faults = faults;
    this.last = new Location(source, 1, 1);
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CODE_POINTS);
    this.events = new ParserImpl(new StreamReader(reader(text)), options);
  }

  private static StringReader reader(String text) {
    return new StringReader(text.startsWith("\ufeff") ? text.substring(1) : text);
  }

  SpecNode document() {
    try {
      events.getEvent(); // the stream
      Event event = events.getEvent();
      if (!(event instanceof DocumentStartEvent)) {
        return new Scalar(last, "", false);
      }
      SpecNode root = node(events.getEvent(), 1);
      events.getEvent(); // the document's end
      event = events.getEvent();
      if (event instanceof DocumentStartEvent) {
        throw stop(at(event), "a second document begins; expected one document a file");
      }
      return root;
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
      throw stop(mark == null ? last : at(mark), "not well-formed: " + sentence(e));
    } catch (YAMLException e) {
      throw stop(last, "not well-formed: " + firstLine(e.getMessage()));
    }
  }

  private SpecNode node(Event event, int depth) {
    last = at(event);
    if (depth > MAX_DEPTH) {
      throw stop(last, "nested deeper than " + MAX_DEPTH + " levels");
    }
    if (event instanceof AliasEvent alias) {
      Anchored anchored = anchors.get(alias.getAnchor());
      if (anchored == null) {
        throw stop(last, "alias *" + alias.getAnchor() + " has no anchor before it");
      }
      if (depth + anchored.depth() > MAX_DEPTH) {
        throw stop(last, "nested deeper than " + MAX_DEPTH + " levels");
      }
      count(anchored.nodes());
      deepest = Math.max(deepest, depth + anchored.depth());
      return anchored.node();
    }
    String anchor = ((NodeEvent) event).getAnchor();
    int nodesBefore = nodes;
    int deepestBefore = deepest;
    deepest = depth;
    count(1);
    SpecNode node = content(event, depth);
    if (anchor != null) {
      anchors.put(anchor, new Anchored(node, nodes - nodesBefore, deepest - depth));
    }
    deepest = Math.max(deepest, deepestBefore);
    return node;
  }

  private SpecNode content(Event event, int depth) {
    Location at = at(event);
    if (event instanceof ScalarEvent scalar) {
      tag(at, scalar.getTag());
      return new Scalar(at, scalar.getValue(), !scalar.isPlain());
    }
    if (event instanceof SequenceStartEvent start) {
      tag(at, start.getTag());
      List<SpecNode> items = new ArrayList<>();
      for (Event next = events.getEvent();
          !next.is(Event.ID.SequenceEnd);
          next = events.getEvent()) {
        items.add(node(next, depth + 1));
      }
      return new Sequence(at, items);
    }
    MappingStartEvent start = (MappingStartEvent) event;
    tag(at, start.getTag());
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Event next = events.getEvent(); !next.is(Event.ID.MappingEnd); next = events.getEvent()) {
      SpecNode key = node(next, depth + 1);
      Location keyAt = at(next);
      SpecNode value = node(events.getEvent(), depth + 1);
      if (!(key instanceof Scalar scalar) || scalar.isNull()) {
        fault(keyAt, "a key must be a word; a value in braces or an empty key is none");
      } else if (scalar.text().equals("<<") && !scalar.quoted()) {
        fault(keyAt, "merge keys (<<) are not supported; write the keys out");
      } else {
        Entry first = entries.putIfAbsent(scalar.text(), new Entry(keyAt, scalar.text(), value));
        if (first != null) {
          fault(
              keyAt,
              "key \"%s\" appears twice; first at line %d, column %d"
                  .formatted(scalar.text(), first.at().line(), first.at().column()));
        }
      }
    }
    return new Mapping(at, List.copyOf(entries.values()));
  }

  private void tag(Location at, String tag) {
    if (tag != null) {
      fault(at, "tag " + tag + " is not supported; write the value without a tag");
    }
  }

  private void count(int more) {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw stop(last, "more than " + MAX_NODES + " values, aliases counted in full");
    }
  }

  private void fault(Location at, String message) {
    faults.add(new Fault(at, "", message));
  }

  private SpecException stop(Location at, String message) {
    fault(at, message);
    return new SpecException(faults);
  }

  private Location at(Event event) {
    return at(event.getStartMark());
  }

  private Location at(Mark mark) {
    return new Location(source, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static String sentence(MarkedYAMLException e) {
    String problem = e.getProblem() == null ? firstLine(e.getMessage()) : e.getProblem().strip();
    if (e.getContext() == null) {
      return problem;
    }
    Mark begun = e.getContextMark();
    return problem
        + " "
        + e.getContext()
        + (begun == null
            ? ""
            : " that begins at line %d, column %d"
                .formatted(begun.getLine() + 1, begun.getColumn() + 1));
  }

  private static String firstLine(String message) {
    return message == null ? "" : message.lines().findFirst().orElse("");
  }
}
