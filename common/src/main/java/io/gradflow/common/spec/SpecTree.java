package io.gradflow.common.spec;

import io.gradflow.common.spec.SpecNode.Entry;
import io.gradflow.common.spec.SpecNode.Mapping;
import io.gradflow.common.spec.SpecNode.Scalar;
import io.gradflow.common.spec.SpecNode.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * A parsed document: its tree, and the faults that parsing found without having to stop.
 *
 * <p>Read from YAML, of which JSON is a part. Nothing is constructed from the document: tags, merge
 * keys and duplicate keys are faults; aliases are followed up to a limit.
 */
public record SpecTree(SpecNode root, List<Fault> faults) {
  public SpecTree {
    faults = List.copyOf(faults);
  }

  /**
   * Parses a document.
   *
   * @param name of the source, for messages
   * @throws SpecException if the text is not well-formed
   */
  public static SpecTree parseYaml(String text, String name) {
    List<Fault> faults = new ArrayList<>();
    SpecNode root = new YamlComposer(text, name, faults).document();
    return new SpecTree(root, faults);
  }

  /**
   * The same document with another value at a path; what is wrong with path or value joins the
   * faults.
   *
   * @param path keys joined by dots, list elements by index: {@code train.epochs}, {@code
   *     model.layers[1].dense.units}
   * @param value YAML; {@code null} takes the key out
   * @param source how messages call the place, e.g. {@code --set train.epochs}
   */
  public SpecTree with(String path, String value, String source) {
    Location at = Location.of(source);
    List<Fault> all = new ArrayList<>(faults);
    try {
      SpecTree parsed = parseYaml(value, source);
      parsed.faults().forEach(fault -> all.add(new Fault(at, "", fault.message())));
      SpecNode node =
          parsed.root() instanceof Scalar scalar && scalar.isNull()
              ? null
              : moved(parsed.root(), at);
      return new SpecTree(TreePath.parse(path).replace(root, at, node), all);
    } catch (SpecException e) {
      e.faults().forEach(fault -> all.add(new Fault(at, "", fault.message())));
    } catch (IllegalArgumentException e) {
      all.add(new Fault(at, "", e.getMessage()));
    }
    return new SpecTree(root, all);
  }

  /**
   * Where a path is, or where the nearest part of it is that the document has.
   *
   * @param path as in {@link #with}
   */
  public Location locate(String path) {
    return TreePath.parse(path).locate(root);
  }

  private static SpecNode moved(SpecNode node, Location at) {
    if (node instanceof Scalar scalar) {
      return new Scalar(at, scalar.text(), scalar.quoted());
    }
    if (node instanceof Sequence sequence) {
      return new Sequence(at, sequence.items().stream().map(item -> moved(item, at)).toList());
    }
    return new Mapping(
        at,
        ((Mapping) node)
            .entries().stream()
                .map(entry -> new Entry(at, entry.key(), moved(entry.value(), at)))
                .toList());
  }
}
